"""Ways to deliver what a checkout shows; none before the address is known."""

from __future__ import annotations

from collections.abc import Sequence

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
    shipped = [line for line in lines if line.requires_shipping]
    if not shipped or country is None:
        return []
    return fulfilment.quote_delivery(
        country=country,
        currency=currency,
        weight_g=sum(line.weight_g * line.quantity for line in shipped),
        units=sum(line.quantity for line in shipped),
    )
