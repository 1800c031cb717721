"""The act that every outbox has."""

from __future__ import annotations

from commerce.billing.models import OutboxMessage as BillingMessage
from commerce.catalog.models import OutboxMessage as CatalogMessage
from commerce.fulfilment.models import OutboxMessage as FulfilmentMessage
from tests.context.admin.cases import Case, one
from tests.context.admin.rows import NOON

CASES = [
    *(
        Case(
            on=outbox,
            act="send_again",
            roles={"support"},
            calls="commerce.shared.admin.tables.unpark",
            row=one(outbox, parked_at=NOON),
            wants=lambda _: {},
            answers=lambda _: 1,
        )
        for outbox in (BillingMessage, CatalogMessage, FulfilmentMessage)
    ),
]
