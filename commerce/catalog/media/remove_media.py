"""Show a picture no more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.listing.changes import note_changes
from commerce.catalog.media.models import Media, MediaFile
from commerce.catalog.media.queries import UnknownMedia
from commerce.catalog.products.queries import lock_product
from commerce.shared.errors import Stale


def remove_media(
    *, product_id: UUID, media_id: UUID, expected_version: int | None, now: datetime
) -> Media:
    """Take a picture from a product, if the product is still as the caller read it.

    Its files stay for a while: pages that were sent before still show them. `sweep_files` takes
    them away when nothing else has used them since.

    Raises:
        UnknownProduct, UnknownMedia: there is none.
        Stale: the product has changed since `expected_version`.
    """
    with transaction.atomic(durable=True):
        product = lock_product(product_id)
        if expected_version is not None and product.version != expected_version:
            raise Stale(current_version=product.version)
        media = Media.objects.filter(product=product_id, pk=media_id).first()
        if media is None:
            raise UnknownMedia

        Media.objects.filter(pk=media_id).delete()
        MediaFile.objects.filter(pk=media.file_id).update(used_at=now)
        note_changes([product_id], at=now)
        product.version += 1
        media.product = product
    return media
