"""What lines cost, given what is offered: pure arithmetic, the same answer to the same question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commerce.catalog.interface.dto import PlanTerms, Quote, QuotedLine, QuoteLine
from commerce.catalog.interface.errors import NoPrice, UnknownPlan, UnknownSku
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


def quote_lines(
    lines: Sequence[QuoteLine],
    *,
    offer_by_sku: Mapping[str, Offer],
    offer_by_plan: Mapping[str, Offer],
    currency: str,
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
    return Quote(currency=currency, lines=quoted, total=total, quoted_at=at)


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
            if offer is None:
                raise UnknownSku(sku=item)
        case None, str(item):
            offer = offer_by_plan.get(item)
            if offer is None:
                raise UnknownPlan(plan=item)
        case _:
            raise ValueError("a line names either a SKU or a plan")
    if offer.amount_minor is None:
        raise NoPrice(item=item, currency=currency)

    unit_price = Money(offer.amount_minor, currency)
    return QuotedLine(
        title=offer.title,
        quantity=line.quantity,
        unit_price=unit_price,
        discount=Money.zero(currency),
        total=unit_price * line.quantity,
        tax_category=offer.tax_category,
        requires_shipping=offer.requires_shipping,
        needs_approval=offer.needs_approval,
        weight_g=offer.weight_g,
        sku=offer.sku,
        variant_id=offer.variant_id,
        plan=offer.plan,
    )
