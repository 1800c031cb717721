"""Show a picture of a product: check the file, store it, and put it behind what is there."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
from django.db import connection, transaction

from commerce.catalog.listing.changes import note_changes
from commerce.catalog.media.models import ALT_MAX, Media, MediaFile
from commerce.catalog.media.pictures import Picture, address_of, read_picture
from commerce.catalog.media.storage import store_files
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.models import Product, Variant
from commerce.catalog.products.queries import UnknownProduct, UnknownVariant, lock_product
from commerce.shared.errors import Conflict

MEDIA_MAX: Final = 100
# A large picture takes a quarter of a gigabyte while it is read; two at once would take two.
_ONE_AT_A_TIME: Final = threading.Lock()


class FileRaced(Conflict):
    """The same file is just being swept away; send it again."""

    code = "file_raced"


def add_media(
    *, product_id: UUID, data: bytes, alt: str = "", variant_id: UUID | None = None, now: datetime
) -> Media:
    """Show a picture of a product, or of one of its variants, as the last in the order.

    The same file for the same product or variant again returns what is there. A crash anywhere
    leaves at most files that nobody sees, and `sweep_files` finds them.

    Raises:
        UnknownProduct, UnknownVariant: there is none, or it is another product's.
        InvalidPicture: the file is no picture that can be shown.
        InvalidField: the text is too long, or there are too many pictures.
        FileRaced: the same file is just being swept away.
    """
    if len(alt) > ALT_MAX or "\x00" in alt:
        raise InvalidField(field="alt", problem=f"at most {ALT_MAX} characters, none of them null")
    if not Product.objects.filter(pk=product_id).exists():
        raise UnknownProduct
    if variant_id and not Variant.objects.filter(pk=variant_id, product=product_id).exists():
        raise UnknownVariant

    with _ONE_AT_A_TIME:
        picture = read_picture(data)
    digest = address_of(data)
    folder = _claim(digest, picture, now)
    store_files(folder, [picture.original, *picture.thumbnails])

    with transaction.atomic(durable=True):
        product = lock_product(product_id)
        shown = Media.objects.filter(product=product)
        same = shown.filter(variant=variant_id, file=digest).select_related("file")
        if existing := same.first():
            existing.product = product
            return existing
        last = shown.order_by("-position").first()
        if shown.count() >= MEDIA_MAX:
            raise InvalidField(field="file", problem=f"at most {MEDIA_MAX} for a product")
        # Seen by a sweeper that is looking at the row in this moment: it leaves what is in use.
        is_there = MediaFile.objects.filter(pk=digest, removing_at=None).update(used_at=now)
        if not is_there:
            raise FileRaced

        media = Media.objects.create(
            product=product,
            variant_id=variant_id,
            file_id=digest,
            alt=alt,
            position=last.position + 1 if last else 0,
            created_at=now,
        )
        note_changes([product_id], at=now)
        product.version += 1
    return media


def _claim(digest: str, picture: Picture, now: datetime) -> str:
    """Write down which files there will be before the first of them is, and in which folder."""
    files = [picture.original, *picture.thumbnails]
    renditions = [{"name": x.name, "width": x.width, "height": x.height} for x in files]
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO catalog_mediafile AS known
                   (digest, folder, kind, renditions, size_bytes, used_at)
            VALUES (%s, %s, 'image', %s::jsonb, %s, %s)
                ON CONFLICT (digest) DO UPDATE SET used_at = EXCLUDED.used_at
             WHERE known.removing_at IS NULL
            RETURNING folder
            """,
            [
                digest,
                # The first letters spread the folders, for disks that dislike many in one.
                f"{digest[:2]}/{digest}-{secrets.token_hex(4)}",
                orjson.dumps(renditions).decode(),
                sum(len(x.data) for x in files),
                now,
            ],
        )
        row = cursor.fetchone()
        if row is None:
            raise FileRaced
        return str(row[0])
