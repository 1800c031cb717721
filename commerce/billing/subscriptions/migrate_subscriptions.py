"""Migrate subscriptions: move those of a plan to its newest terms, a batch at a time.

A batch is read and priced, and then written in one transaction together with how far the
migration is: killed at any moment it goes on where it stopped, and counts nobody twice.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection, transaction

from commerce.billing.interface.messages import SubscriptionTermsChangedV1
from commerce.billing.outbox import publish
from commerce.billing.subscriptions.migration import SubscriptionMigration
from commerce.billing.subscriptions.models import ALIVE
from commerce.billing.subscriptions.moves import FAILED, Held, Move, move_of, read_offered
from commerce.catalog.interface.services import PlanTerms
from commerce.shared.sweeping import outcome_of

log = structlog.get_logger(__name__)

# As large as a batch of renewals, for the same reasons.
BATCH_SIZE = 1_000


def migrate_subscriptions(
    *, migration_id: UUID, now: datetime, keep_going: Callable[[], bool] = lambda: True
) -> SubscriptionMigration:
    """Go on with a migration until all is done or `keep_going` says no; it is asked each batch.

    The new terms hold from the next period on. A dry run counts and adds up the same, and writes
    nothing but that. May be repeated and run twice at once: each batch is done by one of them.
    """
    while True:
        migration = SubscriptionMigration.objects.get(pk=migration_id)
        if migration.status == SubscriptionMigration.Status.FINISHED or not keep_going():
            return migration
        held = _held(migration)
        moves, left = _decide(held, read_offered(migration.terms))
        _write(migration, held, moves, left, now=now)


_HELD = """
    SELECT s.id, s.plan_version, s.terms::text, s.unit_price_minor, s.currency, s.quantity,
           s.periods_billed, s.kind, s.sku, s.feature, s.interval_unit, s.interval_count,
           s.current_period_end, s.anchor_date, s.time_zone
      FROM billing_subscription s
     WHERE s.plan_code = %(plan)s AND s.plan_version < %(version)s AND s.status = ANY(%(alive)s)
       AND (%(after)s::uuid IS NULL OR s.id > %(after)s)
     ORDER BY s.id LIMIT %(limit)s
"""

# Only from the terms it was priced for: another migration or a change meanwhile stands.
_MOVE = """
    UPDATE billing_subscription s
       SET plan_version = %(version)s, title = new.title, terms = new.terms,
           unit_price_minor = new.unit_price_minor
      FROM unnest(%(ids)s::uuid[], %(old)s::int[], %(titles)s::text[], %(terms)s::jsonb[],
                  %(prices)s::bigint[]) AS new (id, old_version, title, terms, unit_price_minor)
     WHERE s.id = new.id AND s.plan_version = new.old_version AND s.status = ANY(%(alive)s)
 RETURNING s.id
"""


def _held(migration: SubscriptionMigration) -> list[Held]:
    with connection.cursor() as cursor:
        cursor.execute(
            _HELD,
            {
                "plan": migration.plan_code,
                "version": migration.to_version,
                "alive": [status.value for status in ALIVE],
                "after": migration.after_id,
                "limit": BATCH_SIZE,
            },
        )
        return [Held(*row) for row in cursor.fetchall()]


def _decide(
    held: Sequence[Held], offered: Mapping[str, PlanTerms]
) -> tuple[list[Move], Counter[str]]:
    """Work out every row on its own: whatever is wrong with one stays with that one."""
    moves, left = [], Counter[str]()
    for row in held:
        move = outcome_of(functools.partial(move_of, row, offered))
        if isinstance(move, Move):
            moves.append(move)
        elif isinstance(move, str):
            left[move] += 1
        else:
            log.error("billing.migration.failed", subscription_id=str(row.id), exc_info=move)
            left[FAILED] += 1
    return moves, left


def _write(
    migration: SubscriptionMigration,
    held: Sequence[Held],
    moves: Sequence[Move],
    left: Counter[str],
    *,
    now: datetime,
) -> None:
    with transaction.atomic(durable=True):
        locked = SubscriptionMigration.objects.select_for_update(no_key=True).get(pk=migration.pk)
        if locked.after_id != migration.after_id or locked.status != migration.status:
            return  # another one has done this batch
        if not migration.is_dry_run:
            moves = _move(moves, to=migration, now=now)
        _count(locked, moves, left)
        if held:
            locked.after_id = held[-1].id
        if len(held) < BATCH_SIZE:
            locked.finish(at=now)
        locked.save()


def _move(moves: Sequence[Move], *, to: SubscriptionMigration, now: datetime) -> list[Move]:
    """Write the new terms, and give those that were still on the old ones."""
    if not moves:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "version": to.to_version,
                "ids": [move.held.id for move in moves],
                "old": [move.held.plan_version for move in moves],
                "titles": [move.title for move in moves],
                "terms": [move.terms for move in moves],
                "prices": [move.unit_price_minor for move in moves],
                "alive": [status.value for status in ALIVE],
            },
        )
        written = {row[0] for row in cursor.fetchall()}
    moved = [move for move in moves if move.held.id in written]
    publish(*(_message(move, to=to, now=now) for move in moved), occurred_at=now)
    return moved


def _message(move: Move, *, to: SubscriptionMigration, now: datetime) -> SubscriptionTermsChangedV1:
    return SubscriptionTermsChangedV1(
        subscription_id=move.held.id,
        plan=to.plan_code,
        version=to.to_version,
        next_price=move.after,
        changed_at=now,
    )


def _count(migration: SubscriptionMigration, moves: Sequence[Move], left: Counter[str]) -> None:
    migration.moved += len(moves)
    migration.left = dict(Counter(migration.left) + left)
    for move in moves:
        sums = migration.amounts.setdefault(move.before.currency, {"before": 0, "after": 0})
        sums["before"] += move.before.minor
        sums["after"] += move.after.minor
