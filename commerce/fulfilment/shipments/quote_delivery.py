"""Quote delivery: the ways to get a parcel somewhere, and what each costs."""

from __future__ import annotations

from fractions import Fraction

from commerce.fulfilment.interface.dto import DeliveryOption
from commerce.fulfilment.interface.errors import NotDeliverable
from commerce.fulfilment.shipments.models import DeliveryRate
from commerce.shared.money import Money


def quote_delivery(
    *, country: str, currency: str, weight_g: int, units: int
) -> list[DeliveryOption]:
    """List the ways to deliver, cheapest first; one statement.

    Raises:
        NotDeliverable: nothing goes to this country in this currency.
    """
    rates = DeliveryRate.objects.filter(country=country, currency=currency, is_active=True)
    options = [
        DeliveryOption(
            code=rate.code,
            title=rate.title,
            price=_price(rate, weight_g=weight_g, units=units),
            days_min=rate.days_min,
            days_max=rate.days_max,
        )
        for rate in rates
    ]
    if not options:
        raise NotDeliverable(country=country)
    return sorted(options, key=lambda option: (option.price.minor, option.days_max, option.code))


def _price(rate: DeliveryRate, *, weight_g: int, units: int) -> Money:
    by_weight = Money(rate.per_kg_minor, rate.currency).times(Fraction(weight_g, 1000))
    return Money(rate.base_minor + rate.per_unit_minor * units, rate.currency) + by_weight
