"""The only writer of stock levels: every change is one statement, guarded, in SKU order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from commerce.fulfilment.inventory.models import MovementReason, StockLevel
from commerce.shared.db import requires_transaction
from commerce.shared.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """What is added to the columns of one level; negative takes away."""

    level_id: UUID
    on_hand: int = 0
    reserved: int = 0
    allocated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Units that come to a level or leave it, and the cause."""

    level_id: UUID
    quantity: int
    reason: MovementReason
    reference: str
    note: str = ""


class LevelsMoved(RuntimeError):
    """A change no longer fits its level: the caller had not locked what it computed from."""


@requires_transaction
def lock_free_levels(*, skus: Collection[str]) -> list[StockLevel]:
    """Lock the levels of these SKUs that have units to give, with their locations.

    Always in (SKU, location) order: two checkouts with the same goods in opposite order then
    queue up instead of waiting for each other. Empty levels are left alone, so that buyers who
    come too late do not queue at all.
    """
    return list(
        StockLevel.objects.select_related("location")
        .filter(sku__in=skus, on_hand__gt=F("reserved") + F("allocated"))
        .order_by("sku", "location_id")
        .select_for_update(of=("self",), no_key=True)
    )


@requires_transaction
def change_levels(changes: Iterable[LevelChange]) -> None:
    """Add to levels what is asked, all or nothing, in one statement.

    Rows are locked in (SKU, location) order first, whatever order the changes come in. No level
    is left with more promised than it has: the condition says so, and two constraints behind it.

    Raises:
        LevelsMoved: a change does not fit; the transaction has to be rolled back.
    """
    rows = [(c.level_id, c.on_hand, c.reserved, c.allocated) for c in changes]
    if not rows:
        return
    ids, on_hand, reserved, allocated = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH locked AS MATERIALIZED (
                SELECT id FROM fulfilment_stocklevel WHERE id = ANY(%(ids)s::uuid[])
                 ORDER BY sku, location_id FOR NO KEY UPDATE
            )
            UPDATE fulfilment_stocklevel AS level
               SET on_hand = level.on_hand + change.on_hand,
                   reserved = level.reserved + change.reserved,
                   allocated = level.allocated + change.allocated,
                   is_availability_due = true
              FROM locked, unnest(%(ids)s::uuid[], %(on_hand)s::bigint[], %(reserved)s::bigint[],
                                  %(allocated)s::bigint[])
                   AS change (id, on_hand, reserved, allocated)
             WHERE level.id = locked.id AND change.id = locked.id
               AND level.on_hand + change.on_hand
                   >= level.reserved + change.reserved + level.allocated + change.allocated
               AND level.reserved + change.reserved >= 0
               AND level.allocated + change.allocated >= 0
            """,
            {"ids": ids, "on_hand": on_hand, "reserved": reserved, "allocated": allocated},
        )
        if cursor.rowcount != len(rows):
            raise LevelsMoved(f"{len(rows) - cursor.rowcount} of {len(rows)} changes do not fit")


@requires_transaction
def open_levels(pairs: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], UUID]:
    """Give the level of each (location, SKU), making those that are new; two statements."""
    ordered = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    StockLevel.objects.bulk_create(
        [StockLevel(location_id=location, sku=sku) for location, sku in ordered],
        ignore_conflicts=True,
    )
    wanted = set(pairs)
    known = StockLevel.objects.filter(
        sku__in={sku for _, sku in wanted}, location_id__in={location for location, _ in wanted}
    ).values_list("location_id", "sku", "id")
    return {(location, sku): level for location, sku, level in known if (location, sku) in wanted}


@requires_transaction
def record_movements(movements: Sequence[Movement], *, at: datetime) -> list[Movement]:
    """Write why units came or left; give back those that are new. Change the levels by them next.

    A movement that its reference has caused before is left out: this is what makes receiving,
    dispatching and returning repeatable.
    """
    # Two batches with the same references wait for each other in one order.
    rows = {(m.reference, m.level_id, m.reason): m for m in movements}
    ordered = [rows[key] for key in sorted(rows)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO fulfilment_stockmovement
                   (id, level_id, reason, quantity, reference, note, moved_at)
            SELECT new.*, %s
              FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bigint[], %s::text[], %s::text[])
                   AS new
            ON CONFLICT ON CONSTRAINT fulfilment_stockmovement_once DO NOTHING
            RETURNING reference, level_id, reason
            """,
            [
                at,
                [new_id() for _ in ordered],
                [movement.level_id for movement in ordered],
                [movement.reason.value for movement in ordered],
                [movement.quantity for movement in ordered],
                [movement.reference for movement in ordered],
                [movement.note for movement in ordered],
            ],
        )
        return [rows[key] for key in cursor.fetchall()]
