"""Tell availability: product lists hear when the coarse state of a SKU has changed.

Every change of a level marks the level, in the statement that changes it anyway; a sweeper
comes by every two seconds. So a reservation pays nothing for it, no row is written that buyers
queue for, and a SKU that flickers is told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from commerce.catalog.interface import services as catalog
from commerce.fulfilment.inventory.availability import availability_state
from commerce.fulfilment.inventory.models import ShownAvailability
from commerce.fulfilment.inventory.queries import availability_of
from commerce.fulfilment.outbox import publish

BATCH_SIZE = 500

# One teller at a time: two could publish the states of one SKU in the wrong order.
# The key is arbitrary; it only has to be nobody else's.
LOCK_KEY = 5_140_001


def tell_availability(*, now: datetime) -> int:
    """Look at a batch of marked levels, and say how many there were.

    A level that is locked by a buyer just now keeps its mark and is looked at next time.
    """
    with transaction.atomic(durable=True):
        if not _is_alone():
            return 0
        marked = _unmark()
        if not marked:
            return 0
        # A later statement than the unmarking: it sees every change whose mark was taken, and
        # whatever commits after it leaves a new mark.
        found = availability_of(skus=sorted(set(marked)), now=now)
        shown = ShownAvailability.objects.in_bulk([x.sku for x in found], field_name="sku")
        changed = []
        for sku, state in ((x.sku, availability_state(x.available)) for x in found):
            last = shown.get(sku)
            if last is None:
                changed.append(ShownAvailability(sku=sku, availability=state, as_of=now))
            elif last.availability != state:
                # The newest wins at the catalog, also when another machine's clock was ahead.
                last.as_of = max(now, last.as_of + timedelta(microseconds=1))
                last.availability = state
                changed.append(last)
        _tell(changed, now=now)
    return len(marked)


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_KEY])
        return bool(cursor.fetchone()[0])


def _unmark() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE fulfilment_stocklevel SET is_availability_due = false
             WHERE id IN (SELECT id FROM fulfilment_stocklevel WHERE is_availability_due
                           ORDER BY sku LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)
            RETURNING sku
            """,
            [BATCH_SIZE],
        )
        return [sku for (sku,) in cursor.fetchall()]


def _tell(changed: Sequence[ShownAvailability], *, now: datetime) -> None:
    if not changed:
        return
    ShownAvailability.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["sku"],
        update_fields=["availability", "as_of"],
    )
    publish(
        catalog.SetAvailabilityV1(
            states=[
                catalog.SkuAvailability(
                    sku=row.sku,
                    availability=catalog.Availability(row.availability),
                    as_of=row.as_of,
                )
                for row in changed
            ]
        ),
        occurred_at=now,
    )
