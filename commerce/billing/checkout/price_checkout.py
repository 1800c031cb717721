"""Price a checkout: what the catalog, the carriers and the tax office want for it right now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Final

from commerce.billing.checkout.buyer import Buyer
from commerce.billing.checkout.delivery import delivery_options
from commerce.billing.checkout.errors import GiftCardNotSoldYet, SignInRequired
from commerce.billing.checkout.promotions import redemption_reference
from commerce.billing.checkout.queries import has_ordered_before
from commerce.billing.checkout.totals import Priced, priced
from commerce.billing.tax.queries import rates_on
from commerce.billing.tax.rates import HOME_COUNTRY
from commerce.catalog.interface import services as catalog
from commerce.fulfilment.interface import services as fulfilment
from commerce.shared.errors import Rejected
from commerce.shared.money import Money

# Why the catalog refuses a promotion for newcomers that it was not told about.
FIRST_ORDER_UNKNOWN: Final = "first_order_unknown"


class DeliveryOptionUnknown(Rejected):
    """There is no such way of delivering this to there."""

    code = "delivery_option_unknown"

    def __init__(self, *, wanted: str, available: Sequence[str]) -> None:
        super().__init__(f"{wanted} is none of {', '.join(available) or 'no options'}")
        self.wanted, self.available = wanted, list(available)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLine:
    """Units of a variant or of a plan, named by exactly one of the two."""

    quantity: int
    sku: str | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a checkout would cost now, and how it can be delivered."""

    priced: Priced
    delivery_options: Sequence[fulfilment.DeliveryOption]


def price_checkout(
    *,
    lines: Sequence[WantedLine],
    currency: str,
    country: str | None,
    delivery_option: str,
    promotion_codes: Sequence[str],
    begins_on: date,
    buyer: Buyer,
    at: datetime,
) -> Offer:
    """Ask everybody who has a say in the price; stores nothing.

    `begins_on` is the customer's own day, on which a subscription would begin. Without an address
    nothing is known about delivery, and tax is that of the shop's own country.

    Raises:
        catalog.UnknownSku, UnknownPlan, NoPrice, UnknownPromotionCode: as the catalog says.
        fulfilment.NotDeliverable: nothing goes to this country.
        DeliveryOptionUnknown: this is not a way to deliver it.
        TaxUnknown: nothing is sold to this country.
        SignInRequired: a guest wants what gives access.
        GiftCardNotSoldYet: gift cards cannot be bought.
    """
    ask = partial(
        catalog.quote_prices,
        lines=[
            catalog.QuoteLine(
                sku=line.sku,
                plan=line.plan,
                quantity=line.quantity,
                begins_on=begins_on if line.plan else None,
            )
            for line in lines
        ],
        currency=currency,
        country=country,
        promotion_codes=promotion_codes,
        customer_group=buyer.customer_group,
        customer=buyer.key,
        reference=redemption_reference(buyer.checkout_id) if buyer.checkout_id else None,
        at=at,
    )
    quote = ask()
    if any(x.reason == FIRST_ORDER_UNKNOWN for x in quote.refused_promotions):
        # Looked up only where a promotion depends on it: few do.
        quote = ask(is_first_order=not has_ordered_before(buyer))
    quote = _sellable(quote, buyer)
    options = delivery_options(quote.lines, country=country, currency=currency)
    rates = rates_on(at.date(), countries={country or HOME_COUNTRY})
    return Offer(
        priced=priced(
            quote,
            delivery=catalog.discount_delivery(
                price=_delivery_price(delivery_option, options, currency=currency),
                promotions=quote.delivery_promotions,
            ),
            country=country or HOME_COUNTRY,
            rates=rates,
        ),
        delivery_options=options,
    )


def _sellable(quote: catalog.Quote, buyer: Buyer) -> catalog.Quote:
    """Refuse what cannot be sold to them; a gift that cannot be given is left out, unused."""
    lines, left_out = [], set()
    for line in quote.lines:
        is_unheld = bool(line.grants) and buyer.user_id is None
        if line.is_gift and (line.is_gift_card or is_unheld):
            left_out |= {discount.promotion_id for discount in line.discounts}
            continue
        if line.is_gift_card:
            raise GiftCardNotSoldYet(sku=line.sku)
        if is_unheld:
            raise SignInRequired(sku=line.sku)
        lines.append(line)
    used = [x for x in quote.promotions if x.promotion_id not in left_out]
    return replace(quote, lines=lines, promotions=used) if left_out else quote


def _delivery_price(
    wanted: str, options: Sequence[fulfilment.DeliveryOption], *, currency: str
) -> Money:
    # An option without anything to deliver, or before the address is known, costs nothing yet.
    if not wanted or not options:
        return Money.zero(currency)
    for option in options:
        if option.code == wanted:
            return option.price
    raise DeliveryOptionUnknown(wanted=wanted, available=[option.code for option in options])
