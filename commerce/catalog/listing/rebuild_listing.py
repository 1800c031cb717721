"""Make every document again, while the shop goes on: after a change of what a document says."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction


def rebuild_listing(*, now: datetime) -> int:
    """Note a change for every product that has been published, and say how many.

    The documents follow in batches as after any change, see `refresh_listing`; until then lists
    show what they showed. How many are left is the number of changes noted.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO catalog_productchange (product_id, noted_at)
            SELECT id, %s FROM catalog_product WHERE status <> 'draft'
            """,
            [now],
        )
        return int(cursor.rowcount)
