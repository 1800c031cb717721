"""The outbox: a message is a row in the transaction that causes it, and is sent until received.

PostgreSQL is the only truth. The broker may lose everything it holds: a row counts as delivered
only when every receiver has said so, and is sent again until then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import orjson
import structlog
from django.db import connection, models
from django.db.models import F, Q

from commerce.shared.correlation import current_correlation_id
from commerce.shared.db import requires_transaction
from commerce.shared.ids import first_id_at, new_id
from commerce.shared.messages import Message
from commerce.shared.scrubbing import scrub_text

log = structlog.get_logger(__name__)

# A receiver answers within milliseconds. Half a minute without an answer means the broker or the
# worker lost the message; sooner would double the load of a queue that is merely long.
RESEND_AFTER = timedelta(seconds=30)
RESEND_AT_MOST = timedelta(minutes=10)
# An hour with the delays above, half of one where receivers refuse (report_failure). Then a person
# has to look: a parked message is alarmed, and has a runbook.
ATTEMPTS_BEFORE_PARKING = 10

# Long enough to answer "did we ever say that?" in support; the facts themselves stay elsewhere.
KEEP_DELIVERED_FOR = timedelta(days=30)
FORGET_AT_ONCE = 10_000

OUTBOXES: dict[str, type[OutboxMessageBase]] = {}


class OutboxMessageBase(models.Model):
    """One message of one context, from the transaction that caused it until all have received it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    payload = models.JSONField()
    correlation_id = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    receivers_pending = models.JSONField(
        null=True, help_text="Tasks that have not confirmed yet; NULL before the first sending."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, help_text="First handed to the broker.")
    delivered_at = models.DateTimeField(null=True, help_text="Confirmed by every receiver.")
    parked_at = models.DateTimeField(null=True, help_text="Given up; waits for a person.")
    last_error = models.TextField(blank=True, default="")

    class Meta:
        abstract = True
        ordering = ("id",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="%(app_label)s_outbox_due",
                fields=["next_attempt_at"],
                condition=Q(delivered_at__isnull=True, parked_at__isnull=True),
            ),
            models.Index(
                name="%(app_label)s_outbox_parked",
                fields=["parked_at"],
                condition=Q(parked_at__isnull=False),
            ),
        ]

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        # commerce.<context>.outbox
        OUTBOXES[cls.__module__.split(".")[1]] = cls

    def __str__(self) -> str:
        return f"{self.name} {self.id}"

    @classmethod
    def add(cls, messages: Iterable[Message], *, occurred_at: datetime) -> None:
        """Write messages into the running transaction: they are sent if and only if it commits.

        One statement with three parameters, however many messages: a load of a whole catalog tells
        of each of its products.
        """
        rows = [(new_id(), x.name, orjson.dumps(x.to_payload()).decode()) for x in messages]
        if not rows:
            return
        table = connection.ops.quote_name(cls._meta.db_table)
        with connection.cursor() as cursor:
            # Due by the wall clock of the database, not the business clock: a shop that lives in
            # next month's test clock must not wait a month for its messages.
            cursor.execute(
                f"""
                INSERT INTO {table} (id, name, payload, correlation_id, occurred_at,
                                     attempts, next_attempt_at, last_error)
                SELECT id, name, payload::jsonb, %s, %s, 0, CURRENT_TIMESTAMP, ''
                  FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS new (id, name, payload)
                """,  # noqa: S608 - the table name is the model's own
                [
                    current_correlation_id(),
                    occurred_at,
                    *map(list, zip(*rows, strict=True)),
                ],
            )


def publisher(outbox: type[OutboxMessageBase]) -> Callable[..., None]:
    """Make a context's `publish(*messages, occurred_at=…)`."""

    @requires_transaction
    def publish(*messages: Message, occurred_at: datetime) -> None:
        outbox.add(messages, occurred_at=occurred_at)

    return publish


# The relay.

Send = Callable[..., None]


class BrokerAway(Exception):
    """What `send` raises when nothing can be sent now; says nothing about the message."""


def relay(
    outbox: type[OutboxMessageBase],
    *,
    routes: Mapping[str, Sequence[str]],
    send: Send,
    now: datetime,
    batch_size: int = 200,
) -> int:
    """Send what is due, and say how many messages were claimed.

    Any number of relays may run: rows are claimed with SKIP LOCKED and a lease, never by an id
    cursor, which misses rows that commit late. A kill between sending and marking sends again.

    Raises:
        BrokerAway: the rest of the batch is due again at once, and this was not an attempt.
    """
    claimed = _claim(outbox, now=now, batch_size=batch_size)
    for i, message in enumerate(claimed):
        try:
            _send_one(outbox, message, routes=routes, send=send, now=now)
        except BrokerAway:
            _give_back(outbox, claimed[i:], now=now)
            raise
    return len(claimed)


def _claim(
    outbox: type[OutboxMessageBase], *, now: datetime, batch_size: int
) -> list[OutboxMessageBase]:
    table = connection.ops.quote_name(outbox._meta.db_table)
    claimed = outbox._default_manager.raw(
        f"""
        WITH due AS MATERIALIZED (
            SELECT id FROM {table}
             WHERE next_attempt_at <= %s AND delivered_at IS NULL AND parked_at IS NULL
             ORDER BY next_attempt_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
        UPDATE {table} AS message
           SET attempts = attempts + 1, next_attempt_at = %s + LEAST(%s * power(2, attempts), %s)
          FROM due WHERE message.id = due.id
        RETURNING message.*
        """,  # noqa: S608 - the table name is the model's own
        [now, batch_size, now, RESEND_AFTER, RESEND_AT_MOST],
    )
    # Ids sort by the time they were made: the order is best effort, but effort there is.
    return sorted(claimed, key=lambda message: message.pk)


def _give_back(
    outbox: type[OutboxMessageBase], messages: Sequence[OutboxMessageBase], *, now: datetime
) -> None:
    """Undo a claim: a broker that is away for an hour must not get good messages parked."""
    outbox._default_manager.filter(
        pk__in=[message.pk for message in messages], delivered_at__isnull=True
    ).update(attempts=F("attempts") - 1, next_attempt_at=now)


def _send_one(
    outbox: type[OutboxMessageBase],
    message: OutboxMessageBase,
    *,
    routes: Mapping[str, Sequence[str]],
    send: Send,
    now: datetime,
) -> None:
    rows = outbox._default_manager.filter(pk=message.pk, delivered_at__isnull=True)
    receivers = message.receivers_pending
    if receivers is None:
        receivers = list(routes.get(message.name, ()))
    if not receivers:
        rows.update(receivers_pending=[], published_at=now, delivered_at=now)
        return
    if message.attempts > ATTEMPTS_BEFORE_PARKING:
        rows.update(parked_at=now)
        log.error("outbox.message.parked", message=message.name, message_id=str(message.pk))
        return
    if message.published_at is None:
        # Before sending: a receiver that answers at once must find its name to strike out.
        rows.update(receivers_pending=receivers, published_at=now)
    for receiver in receivers:
        send(receiver, message_id=message.pk, envelope=envelope_of(message))


def forget_delivered(outbox: type[OutboxMessageBase], *, now: datetime) -> int:
    """Delete what all have received long ago, a batch at a time; returns how many."""
    old = outbox._default_manager.filter(
        # Ids sort by the time they were made: this is a range of the primary key.
        pk__lt=first_id_at(now - KEEP_DELIVERED_FOR),
        delivered_at__isnull=False,
    )
    deleted, _ = outbox._default_manager.filter(pk__in=old.values("pk")[:FORGET_AT_ONCE]).delete()
    return deleted


def envelope_of(message: OutboxMessageBase) -> dict[str, Any]:
    return {
        "outbox": message.__class__.__module__.split(".")[1],
        "message_id": str(message.pk),
        "payload": message.payload,
        "correlation_id": message.correlation_id,
    }


# What receivers answer. One day, with contexts on machines of their own, this is a message too.


def confirm(*, outbox: str, message_id: UUID, receiver: str) -> None:
    """Strike a receiver out; the last one makes the message delivered."""
    model = OUTBOXES[outbox]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {table} SET receivers_pending = receivers_pending - %s,
                   delivered_at = CASE WHEN receivers_pending - %s = '[]' THEN now() END
             WHERE id = %s AND delivered_at IS NULL
            """,  # noqa: S608 - the table name is the model's own
            [receiver, receiver, message_id],
        )


def report_failure(*, outbox: str, message_id: UUID, error: str) -> None:
    """Keep why a receiver failed, and try again soon: a refusal is known at once, a loss is not."""
    model = OUTBOXES[outbox]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {table} SET last_error = %s,
                   next_attempt_at = now() + LEAST(power(2, attempts), 600) * interval '1 second'
             WHERE id = %s AND delivered_at IS NULL
            """,  # noqa: S608 - the table name is the model's own
            [scrub_text(error)[:2000], message_id],
        )


def unpark(outbox: type[OutboxMessageBase], ids: Iterable[UUID], *, now: datetime) -> int:
    """Try parked messages again, from the first attempt."""
    return outbox._default_manager.filter(pk__in=list(ids), parked_at__isnull=False).update(
        parked_at=None, attempts=0, next_attempt_at=now
    )
