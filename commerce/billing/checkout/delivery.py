"""Ways to deliver what a checkout shows; none before the address is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from commerce.billing.checkout.models import Checkout, CheckoutLine
from commerce.catalog.interface import services as catalog
from commerce.fulfilment.interface import services as fulfilment


def delivery_options_of(
    checkout: Checkout, lines: Sequence[CheckoutLine]
) -> Sequence[fulfilment.DeliveryOption]:
    """List the ways to deliver what a checkout shows; none before the address is known.

    Raises:
        fulfilment.NotDeliverable: nothing goes to this country.
    """
    return delivery_options(lines, country=checkout.country, currency=checkout.currency)


def delivery_options(
    lines: Sequence[catalog.QuotedLine] | Sequence[CheckoutLine],
    *,
    country: str | None,
    currency: str,
) -> Sequence[fulfilment.DeliveryOption]:
    """What is made to order leaves so many days later, and the rest of it waits with it."""
    shipped = [line for line in lines if line.requires_shipping]
    if not shipped or country is None:
        return []
    options = fulfilment.quote_delivery(
        country=country,
        currency=currency,
        weight_g=sum(line.weight_g * line.quantity for line in shipped),
        units=sum(_units_of_one(line) * line.quantity for line in shipped),
    )
    lead = max(line.made_to_order_days or 0 for line in shipped)
    return [
        replace(option, days_min=option.days_min + lead, days_max=option.days_max + lead)
        for option in options
    ]


def _units_of_one(line: catalog.QuotedLine | CheckoutLine) -> int:
    """Count what goes into parcels for one unit: of a bundle what is in it."""
    if not line.components:
        return 1
    return sum(part.quantity for part in line.components if part.requires_shipping)
