"""Reads of API keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from commerce.identity.api_keys.models import ApiKey
from commerce.shared.api.actors import hash_secret

# A busy key would otherwise rewrite its row with every request.
NOTE_USE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    key_id: UUID
    scopes: frozenset[str]


def use_api_key(key: str, *, now: datetime) -> KnownKey | None:
    """Find a key that is still good, and note that it was used: one SQL statement for both."""
    table = connection.ops.quote_name(ApiKey._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH noted AS (
                UPDATE {table} SET last_used_at = %(now)s
                 WHERE secret_hash = %(hash)s AND revoked_at IS NULL
                   AND (last_used_at IS NULL OR last_used_at < %(stale)s)
            )
            SELECT id, scopes FROM {table} WHERE secret_hash = %(hash)s AND revoked_at IS NULL
            """,  # noqa: S608 - the table name is the model's own
            {"hash": hash_secret(key), "now": now, "stale": now - NOTE_USE_EVERY},
        )
        row = cursor.fetchone()
    return KnownKey(key_id=row[0], scopes=frozenset(row[1])) if row else None
