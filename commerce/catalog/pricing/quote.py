"""What lines cost, given what is offered: pure arithmetic, the same answer to the same question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from commerce.catalog.interface.dto import (
    PeriodPrice,
    PlanKind,
    PlanTerms,
    Quote,
    QuotedLine,
    QuoteLine,
)
from commerce.catalog.interface.errors import NoPrice, UnknownPlan, UnknownSku
from commerce.catalog.markets.terms import MarketTerms
from commerce.catalog.plans.anchors import first_days
from commerce.catalog.plans.period_price import price_period
from commerce.catalog.pricing.given import Given
from commerce.shared.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A variant or a plan as it is offered at the moment; no amount: not in this currency."""

    title: str
    amount_minor: int | None
    tax_category: str
    requires_shipping: bool
    needs_approval: bool
    weight_g: int
    sku: str | None = None
    variant_id: UUID | None = None
    plan: PlanTerms | None = None
    given: Given = field(default_factory=Given)
    compare_at_minor: int | None = None

    @property
    def is_shipped(self) -> bool:
        """A bundle is delivered as what is in it."""
        return self.given.requires_shipping if self.given.components else self.requires_shipping

    @property
    def is_deliverable(self) -> bool:
        """Nothing in it is missing, and a plan of goods has a parcel to send."""
        is_of_goods = self.plan is not None and self.plan.kind is PlanKind.GOODS
        return self.given.is_complete and (self.is_shipped or not is_of_goods)


def quote_lines(
    lines: Sequence[QuoteLine],
    *,
    offer_by_sku: Mapping[str, Offer],
    offer_by_plan: Mapping[str, Offer],
    currency: str,
    market: MarketTerms | None = None,
    at: datetime,
) -> Quote:
    """Price every line, in the order given.

    Raises:
        UnknownSku, UnknownPlan: a line names nothing that is offered.
        NoPrice: it is offered, but not in `currency`.
        ValueError: a line names both or neither, or less than one unit.
    """
    quoted = [_quote(line, offer_by_sku, offer_by_plan, currency) for line in lines]
    total = Money.sum((line.total for line in quoted), currency=currency)
    return Quote(
        currency=currency,
        lines=quoted,
        total=total,
        quoted_at=at,
        market=market.code if market else None,
        prices_include_tax=market is not None and market.prices_include_tax,
    )


def _quote(
    line: QuoteLine,
    offer_by_sku: Mapping[str, Offer],
    offer_by_plan: Mapping[str, Offer],
    currency: str,
) -> QuotedLine:
    if line.quantity < 1:
        raise ValueError(f"nothing is bought {line.quantity} times")
    match line.sku, line.plan:
        case str(item), None:
            offer = offer_by_sku.get(item)
            if offer is None or not offer.is_deliverable:
                raise UnknownSku(sku=item)
        case None, str(item):
            offer = offer_by_plan.get(item)
            if offer is None or not offer.is_deliverable:
                raise UnknownPlan(plan=item)
        case _:
            raise ValueError("a line names either a SKU or a plan")
    if offer.amount_minor is None:
        raise NoPrice(item=item, currency=currency)

    price = _price(line, offer, Money(offer.amount_minor, currency))
    given = offer.given
    return QuotedLine(
        title=offer.title,
        quantity=line.quantity,
        unit_price=price.unit_price,
        charges=price.charges,
        discount=Money.zero(currency),
        total=price.total,
        tax_category=offer.tax_category,
        requires_shipping=offer.is_shipped,
        needs_approval=offer.needs_approval or given.needs_approval,
        weight_g=given.weight_g if given.components else offer.weight_g,
        sku=offer.sku,
        variant_id=offer.variant_id,
        plan=offer.plan,
        components=given.components,
        grants=given.grants,
        made_to_order_days=given.made_to_order_days,
        is_gift_card=given.is_gift_card,
        compare_at=(
            None if offer.compare_at_minor is None else Money(offer.compare_at_minor, currency)
        ),
    )


def _price(line: QuoteLine, offer: Offer, unit_price: Money) -> PeriodPrice:
    """Units at a price; of a plan its first period, which may be short, with all that it costs."""
    terms = offer.plan
    if terms is None:
        return PeriodPrice(
            unit_price=unit_price,
            quantity=line.quantity,
            charges=(),
            total=unit_price * line.quantity,
        )
    days, of_days = 1, 1
    # A trial is followed by the first period on a day that nobody has to know yet.
    if terms.anchor_day is not None and line.begins_on is not None and not terms.trial_days:
        days, of_days = first_days(
            line.begins_on,
            anchor_day=terms.anchor_day,
            unit=terms.interval_unit,
            count=terms.interval_count,
        )
    return price_period(terms=terms, quantity=line.quantity, period=0, days=days, of_days=of_days)
