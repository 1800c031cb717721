"""Show on lists what fulfilment says about a SKU. A hint for browsing; a reservation decides."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from commerce.catalog.interface.dto import Availability
from commerce.catalog.listing.changes import note_changes
from commerce.catalog.products.models import Variant


def set_availability(
    *, sku: str, availability: Availability, as_of: datetime, now: datetime
) -> bool:
    """Remember the newest word on a SKU, and say whether this was it.

    Messages may come twice, late, out of order, and before the SKU is known here.
    """
    is_newest, is_known = _remember(sku, availability, as_of, now)
    if is_newest and not is_known:
        # Its product may be created and listed in this very moment, without having seen our word.
        # Now that the word is committed, either the product can be seen or it will see.
        _remember(sku, availability, as_of, now)
    return is_newest


def _remember(
    sku: str, availability: Availability, as_of: datetime, now: datetime
) -> tuple[bool, bool]:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO catalog_variantavailability AS known (sku, availability, as_of)
            VALUES (%s, %s, %s)
                ON CONFLICT (sku) DO UPDATE
               SET availability = EXCLUDED.availability, as_of = EXCLUDED.as_of
             WHERE known.as_of <= EXCLUDED.as_of
            """,
            [sku, availability.value, as_of],
        )
        is_newest: bool = cursor.rowcount == 1
        product_ids = list(Variant.objects.filter(sku=sku).values_list("product_id", flat=True))
        if is_newest and product_ids:
            note_changes(product_ids, at=now)
    return is_newest, bool(product_ids)
