"""Reads of media: of many products in one statement, and of one to be changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from commerce.catalog.media.document import FileFacts, MediaFacts
from commerce.catalog.media.models import Media
from commerce.catalog.media.storage import url_of
from commerce.shared.errors import NotFound


class UnknownMedia(NotFound):
    """The product has no such media."""

    code = "unknown_media"


def load_media(product_ids: Collection[UUID]) -> Mapping[UUID, list[MediaFacts]]:
    """Give the media of products, in the order they are shown in; one statement for all of them."""
    rows = Media.objects.filter(product__in=product_ids).select_related("file")
    media: dict[UUID, list[MediaFacts]] = defaultdict(list)
    for row in rows.order_by("position", "pk"):
        media[row.product_id].append(media_facts(row))
    return media


def media_facts(row: Media) -> MediaFacts:
    """Give what a document says of a row, read together with its file."""
    original, *sizes = (
        FileFacts(
            url=url_of(row.file.folder, rendition["name"]),
            width=rendition["width"],
            height=rendition["height"],
        )
        for rendition in row.file.renditions
    )
    return MediaFacts(
        id=row.pk,
        kind=row.file.kind,
        variant_id=row.variant_id,
        alt=row.alt,
        translations=row.translations,
        original=original,
        sizes=sizes,
    )


def media_in_order(product_id: UUID) -> list[Media]:
    """Give the media of a product with their files, for one who has its lock."""
    rows = Media.objects.filter(product=product_id).select_related("file")
    return list(rows.order_by("position", "pk"))
