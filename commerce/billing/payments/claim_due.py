"""Claim rows whose `check_at` has come: each goes to one worker, and comes back if that one dies."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, models

# Longer than asking the provider takes, with all its timeouts.
LEASE = timedelta(minutes=2)
# What a SMALLINT holds, and far more looks than any schedule has.
CHECKS_COUNTED = 30_000


def claim_due(model: type[models.Model], *, now: datetime, limit: int) -> list[UUID]:
    """Count one more look at each row that is due, and give their ids, longest due first."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {table} AS claimed SET checks = LEAST(checks + 1, {CHECKS_COUNTED}), check_at = %s
              FROM (SELECT id, check_at AS due_at FROM {table} WHERE check_at <= %s
                     ORDER BY check_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED) AS due
             WHERE claimed.id = due.id
            RETURNING claimed.id, due_at
            """,  # noqa: S608 - the table name is the model's own
            [now + LEASE, now, limit],
        )
        rows = cursor.fetchall()
    return [row[0] for row in sorted(rows, key=lambda row: (row[1], row[0]))]
