"""Show on lists what fulfilment says about SKUs. A hint for browsing; a reservation decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from commerce.catalog.interface.dto import SkuAvailability
from commerce.catalog.listing.changes import note_changes
from commerce.catalog.products.models import Product


def set_availability(states: Sequence[SkuAvailability], *, now: datetime) -> set[str]:
    """Remember the newest word on each SKU, and return the SKUs for which this was it.

    Messages may come twice, late, out of order, and before the SKU is known here. The same few
    statements however many SKUs.
    """
    newest, known = _remember(states, now=now)
    if unknown := newest - known:
        # Their products may be created and listed in this very moment, without having seen our
        # word. Now that the word is committed, either they can be seen or they will see.
        _remember([state for state in states if state.sku in unknown], now=now)
    return newest


def _remember(states: Sequence[SkuAvailability], *, now: datetime) -> tuple[set[str], set[str]]:
    """Return the SKUs on which this was the newest word, and those of them that are sold here."""
    # One word on a SKU, its newest, and rows in one order: two messages never wait for each other.
    by_sku = {state.sku: state for state in sorted(states, key=lambda state: state.as_of)}
    ordered = [by_sku[sku] for sku in sorted(by_sku)]
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO catalog_variantavailability AS known (sku, availability, as_of)
            SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[])
                ON CONFLICT (sku) DO UPDATE
               SET availability = EXCLUDED.availability, as_of = EXCLUDED.as_of
             WHERE known.as_of <= EXCLUDED.as_of
            RETURNING sku
            """,
            [
                [state.sku for state in ordered],
                [state.availability.value for state in ordered],
                [state.as_of for state in ordered],
            ],
        )
        newest = {sku for (sku,) in cursor.fetchall()}
        sold = (
            Product.objects.filter(variants__sku__in=newest)
            .order_by("id")
            .select_for_update(of=("self",), no_key=True)
            .values_list("id", "variants__sku")
        )
        product_ids, known = set(), set()
        for product_id, sku in sold:
            product_ids.add(product_id)
            known.add(sku)
        if product_ids:
            note_changes(product_ids, at=now)
    return newest, known
