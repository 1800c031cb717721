"""What a test of money starts from: a shop with fake neighbours, and orders made through use cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from commerce.billing.checkout.complete_checkout import Completed, complete_checkout
from commerce.billing.checkout.price_checkout import WantedLine
from commerce.billing.checkout.queries import load_checkout
from commerce.billing.checkout.start_checkout import Started, start_checkout
from commerce.billing.ledger.check_ledger import check_ledger
from commerce.billing.models import Entry, Order, OutboxMessage
from commerce.billing.orders.record_shipment import record_shipment
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.factories.billing import HOME

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
SECOND, MINUTE, HOUR, DAY = (dt.timedelta(seconds=s) for s in (1, 60, 3600, 86400))

BERLIN = {
    "name": "Ada L.",
    "line1": "Weg 1",
    "city": "Berlin",
    "postal_code": "10115",
    "country": "DE",
}

VISA = "pm_card_visa"
BROKE = "pm_card_visa_chargeDeclinedInsufficientFunds"
SECURE = "pm_card_threeDSecure2Required"


def mugs(quantity: int = 2) -> list[WantedLine]:
    return [WantedLine(sku="mug", quantity=quantity)]


def start(*lines: WantedLine, now: dt.datetime = NOON, **changes: Any) -> Started:
    """A priced checkout of two mugs, or of what is given."""
    values: dict[str, Any] = {
        "lines": list(lines) or mugs(),
        "currency": "USD",
        "email": "ada@example.com",
        "user_id": None,
        "shipping_address": HOME,
        "delivery_option": "standard",
        "promotion_codes": [],
    }
    return start_checkout(**(values | changes), now=now)


def complete(
    started: Started,
    *,
    card: str = VISA,
    expected: Money | None = None,
    now: dt.datetime = NOON,
) -> Completed:
    checkout, lines = load_checkout(started.checkout.id)
    return complete_checkout(
        checkout=checkout,
        lines=lines,
        payment_method=card,
        expected_total=expected or checkout.total,
        now=now,
    )


def bought(*lines: WantedLine, card: str = VISA, now: dt.datetime = NOON, **changes: Any) -> Order:
    """An order, paid by then if the card is good."""
    completed = complete(start(*lines, now=now, **changes), card=card, now=now)
    return Order.objects.get(pk=completed.order.pk)


def ship(order: Order, *, at: dt.datetime = NOON + HOUR, **units_by_sku: int) -> None:
    """Tell billing that units have left; all of them unless said otherwise."""
    lines = [line for line in order.lines.all() if line.requires_shipping]
    record_shipment(
        order_id=order.id,
        shipment_id=new_id(),
        units_by_line={
            str(line.id): units_by_sku.get(line.sku, 0) if units_by_sku else line.quantity
            for line in lines
            if not units_by_sku or line.sku in units_by_sku
        },
        carrier="ups",
        tracking_number="1Z",
        at=at,
    )


# What came of it.


def balances(currency: str = "USD") -> dict[str, int]:
    """Each account of the ledger that is not zero; debits are positive."""
    sums: dict[str, int] = {}
    for entry in Entry.objects.filter(currency=currency):
        sums[entry.account_id] = sums.get(entry.account_id, 0) + entry.amount_minor
    return {account: minor for account, minor in sums.items() if minor}


def findings() -> list[str]:
    """What an auditor would object to."""
    return [x for found in check_ledger().findings.values() for x in found]


def told(name: str) -> list[dict[str, Any]]:
    return list(
        OutboxMessage.objects.filter(name=name).order_by("id").values_list("payload", flat=True)
    )


def moved(stripe: Any, *kinds: str) -> list[int]:
    """Amounts the provider's journal has for these kinds of movement, oldest first."""
    wanted: Sequence[str] = kinds or ("charge_succeeded",)
    return [line["amount"] for line in stripe.journal() if line["kind"] in wanted]
