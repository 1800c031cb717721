"""Carry messages from the outboxes to the broker, until told to stop."""

from __future__ import annotations

import signal
import threading
import time
from typing import Any
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, connection
from kombu.exceptions import OperationalError as BrokerError

from commerce.shared import clock
from commerce.shared.correlation import correlated
from commerce.shared.heartbeats import note_heartbeat
from commerce.shared.outbox import OUTBOXES, BrokerAway, relay

log = structlog.get_logger(__name__)

BATCH_SIZE = 200
IDLE_FOR_S = 0.1
# Doubled with every failure in a row; a broker restarts within seconds.
BACK_OFF_S = 0.2
BACK_OFF_AT_MOST_S = 5.0
# What its supervisor looks for: a relay that hangs is as silent as one with nothing to do.
HEARTBEAT = "relay"
HEARTBEAT_EVERY_S = 10.0


class Command(BaseCommand):
    """Any number may run at once. SIGTERM ends it after the batch under way."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due now, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        # Receivers are known to workers by themselves, to other programs only on request.
        current_app.loader.import_default_modules()
        if options["once"]:
            while _send_due():
                pass
            return
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        _run_until(stopped)


def _run_until(stopped: threading.Event) -> None:
    log.info("outbox.relay.started", contexts=sorted(OUTBOXES))
    failures, noted_at = 0, -HEARTBEAT_EVERY_S
    while not stopped.is_set():
        try:
            if time.monotonic() - noted_at >= HEARTBEAT_EVERY_S:
                note_heartbeat(HEARTBEAT)
                noted_at = time.monotonic()
            # A full batch means that more is waiting.
            pause = 0.0 if _send_due() else IDLE_FOR_S
            failures = 0
        except (BrokerAway, DatabaseError, InterfaceError) as failure:
            pause = min(BACK_OFF_S * 2**failures, BACK_OFF_AT_MOST_S)
            failures = min(failures + 1, 10)
            log.warning("outbox.relay.interrupted", error=repr(failure), retry_in_s=pause)
            # A connection that has seen a restart is no good; the next statement opens another.
            connection.close()
        stopped.wait(pause)
    log.info("outbox.relay.stopped")


def _send_due() -> bool:
    """Send one batch of each context; tells whether one of them was full."""
    any_full = False
    for context, outbox in sorted(OUTBOXES.items()):
        sent = relay(
            outbox,
            routes=settings.MESSAGE_ROUTES,
            send=send,
            now=clock.now(),
            batch_size=BATCH_SIZE,
        )
        any_full |= sent == BATCH_SIZE
        if sent:
            log.info("outbox.relay.sent", context=context, messages=sent)
    return any_full


def send(receiver: str, *, message_id: UUID, envelope: dict[str, Any]) -> None:
    """Hand a message to the broker, in the queue that its receiver has.

    Raises:
        BrokerAway: the broker did not take it.
    """
    with correlated(envelope["correlation_id"]):
        try:
            current_app.send_task(
                receiver,
                kwargs=envelope,
                # Once more at once, because the first try after a pause may meet a dead
                # connection; beyond that this loop knows better when.
                retry=True,
                retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0},
            )
        except (BrokerError, OSError) as failure:
            raise BrokerAway(str(failure)) from failure
