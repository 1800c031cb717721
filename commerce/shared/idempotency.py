"""Idempotency keys: the first request with a key runs, the others get its answer.

States: in flight (leased) → finished. A request that died in between loses its lease, and the next
one with the same key runs again. That is safe because every use case behind a key is idempotent by
a natural key of its own; this table saves the answer, the natural key saves the money.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.db import connection, models

from commerce.shared.errors import Conflict, Rejected
from commerce.shared.ids import new_id

# Longer than the slowest request (15 s) and short enough for a client that waits for us.
LEASE = timedelta(seconds=45)
# Longer than any client's or provider's own retry window.
KEEP_FOR = timedelta(days=7)
# A key that is let go again and again while it is asked for is busy, and its owner hears so.
CLAIMS_AT_MOST = 2


class RequestInProgress(Conflict):
    """The first request with this key is still running; ask again shortly."""

    code = "request_in_progress"
    _retry_after_s = 1


class IdempotencyKeyReused(Rejected):
    """This key was used before with another body; a new intent needs a new key."""

    code = "idempotency_key_reused"


class IdempotencyRecordBase(models.Model):
    """One key of one caller on one endpoint, and the answer it got."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.CharField(max_length=100)
    endpoint = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    response_status = models.PositiveSmallIntegerField(null=True)
    response_body = models.BinaryField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="%(app_label)s_idempotency_key_once", fields=["owner", "endpoint", "key"]
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="%(app_label)s_idempotency_age", fields=["created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to run the request; `reference` stays the same however often the key is tried."""

    reference: UUID
    lease_token: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The answer the first request got, byte for byte."""

    status: int
    body: bytes


def fingerprint_of(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def claim(
    records: type[IdempotencyRecordBase],
    *,
    owner: str,
    endpoint: str,
    key: str,
    fingerprint: str,
    now: datetime,
) -> Claim | Replay:
    """Take the key, or give the answer it already has.

    One INSERT decides between concurrent requests; a dead request's lease is taken over by one
    conditional UPDATE.

    Raises:
        RequestInProgress: another request holds the key.
        IdempotencyKeyReused: the key belongs to another body.
    """
    for _ in range(CLAIMS_AT_MOST):
        won = _take(records, owner, endpoint, key, fingerprint, now=now)
        if won:
            return won
        known = records._default_manager.filter(owner=owner, endpoint=endpoint, key=key).first()
        if known is None:
            # Whoever had it was refused and let it go in this moment: it is free again.
            continue
        if known.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        if known.response_status is None:
            break
        return Replay(status=known.response_status, body=bytes(known.response_body or b""))
    raise RequestInProgress


def _take(
    records: type[IdempotencyRecordBase],
    owner: str,
    endpoint: str,
    key: str,
    fingerprint: str,
    *,
    now: datetime,
) -> Claim | None:
    token = uuid4()
    table = connection.ops.quote_name(records._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {table} AS known
                   (id, owner, endpoint, key, fingerprint, lease_until, lease_token, created_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (owner, endpoint, key) DO UPDATE
               SET lease_until = EXCLUDED.lease_until, lease_token = EXCLUDED.lease_token
             WHERE known.response_status IS NULL AND known.lease_until < %s
               AND known.fingerprint = EXCLUDED.fingerprint
            RETURNING id
            """,  # noqa: S608 - the table name is the model's own
            [new_id(), owner, endpoint, key, fingerprint, now + LEASE, token, now, now],
        )
        row = cursor.fetchone()
    return Claim(reference=row[0], lease_token=token) if row else None


def finish(
    records: type[IdempotencyRecordBase], claimed: Claim, *, status: int, body: bytes
) -> None:
    """Keep the answer, unless somebody else has taken the lease over meanwhile."""
    _held(records, claimed).update(
        response_status=status, response_body=body, lease_until=None, lease_token=None
    )


def release(records: type[IdempotencyRecordBase], claimed: Claim) -> None:
    """Forget the key: nothing happened, and the client may send a corrected body under it."""
    _held(records, claimed).delete()


def abandon(records: type[IdempotencyRecordBase], claimed: Claim, *, now: datetime) -> None:
    """End the lease without an answer: what happened is unknown, and a retry goes on from there."""
    _held(records, claimed).update(lease_until=now)


def forget_old(records: type[IdempotencyRecordBase], *, now: datetime) -> int:
    """Delete keys past their time; returns how many."""
    deleted, _ = records._default_manager.filter(created_at__lt=now - KEEP_FOR).delete()
    return deleted


def _held(records: type[IdempotencyRecordBase], claimed: Claim) -> models.QuerySet[Any]:
    return records._default_manager.filter(pk=claimed.reference, lease_token=claimed.lease_token)
