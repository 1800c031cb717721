"""Catalog for its neighbours' tests: prices and plans in dictionaries, the real refusals.

@pytest.fixture
def catalog(monkeypatch):
    return FakeCatalog().install(monkeypatch)

catalog.prices["mug"] = Money(12_50, "EUR")
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from commerce.catalog.interface import services
from commerce.catalog.interface.dto import (
    Component,
    Grant,
    IntervalUnit,
    PeriodPrice,
    PlanKind,
    PlanTerms,
    Quote,
    QuotedLine,
    QuoteLine,
    UsedPromotion,
)
from commerce.catalog.interface.errors import (
    NoPrice,
    PromotionExhausted,
    UnknownPlan,
    UnknownPromotionCode,
    UnknownSku,
)
from commerce.catalog.plans.anchors import first_days
from commerce.catalog.plans.period_price import price_period
from commerce.catalog.promotions.candidates import Candidate, Reason
from commerce.catalog.promotions.terms import Effect, Lane, Terms
from commerce.catalog.promotions.with_promotions import Asker, with_promotions
from commerce.shared.db import published
from commerce.shared.money import Money

_NAMES = UUID("6f1a7a54-9d3c-4a0e-8a52-0d8c1d5b7c11")


@dataclass(frozen=True, kw_only=True)
class SoldVariant:
    """What a test may want to say about a SKU beside its price."""

    title: str = ""
    tax_category: str = "general"
    requires_shipping: bool = True
    needs_approval: bool = False
    weight_g: int = 0
    components: Sequence[Component] = ()
    """See `part`; of a bundle, shipping, approval and weight are those of its contents."""
    grants: Sequence[Grant] = ()
    made_to_order_days: int | None = None
    is_gift_card: bool = False


def part(sku: str, quantity: int = 1, **facts: Any) -> Component:
    """What is in a bundle: `part("mug", 6)`; as in the real shop, it needs no price of its own."""
    return Component(
        **{
            "sku": sku,
            "variant_id": uuid5(_NAMES, f"variant {sku}"),
            "title": sku.title(),
            "quantity": quantity,
            "requires_shipping": True,
            **facts,
        }
    )


@dataclass(frozen=True, kw_only=True)
class SoldIn:
    """A market: its code, its countries, and whether its prices are gross."""

    code: str
    currency: str = "USD"
    countries: Sequence[str] = ()
    prices_include_tax: bool = False
    is_default: bool = True


@dataclass(kw_only=True)
class FakeCatalog:
    """One price for each SKU and plan; `variants` where a line needs more than that.

    `group_prices["wholesale", "mug"]` is what a group pays instead, `tiers["mug", 10]` what each
    costs from ten on, `compare_at["mug"]` the regular price.
    """

    prices: dict[str, Money] = field(default_factory=dict)
    markets: list[SoldIn] = field(default_factory=list)
    group_prices: dict[tuple[str, str], Money] = field(default_factory=dict)
    tiers: dict[tuple[str, int], Money] = field(default_factory=dict)
    compare_at: dict[str, Money] = field(default_factory=dict)
    variants: dict[str, SoldVariant] = field(default_factory=dict)
    plans: dict[str, PlanTerms] = field(default_factory=dict)
    plan_prices: dict[str, Money] = field(default_factory=dict)
    promotions: dict[str, Candidate] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    held: dict[str, set[str]] = field(default_factory=dict)
    """The codes in use, by reference."""

    def install(self, monkeypatch: pytest.MonkeyPatch) -> FakeCatalog:
        """Stand in for the interface: callers import the module, so this reaches all of them."""
        monkeypatch.setattr(services, "quote_prices", published(self.quote_prices))
        monkeypatch.setattr(services, "newest_terms", published(self.newest_terms))
        monkeypatch.setattr(services, "hold_redemptions", published(self.hold_redemptions))
        return self

    def offer(
        self,
        code: str,
        price: Money,
        *,
        sku: str | None = None,
        interval_unit: IntervalUnit = IntervalUnit.MONTH,
        interval_count: int = 1,
        trial_days: int = 0,
        version: int = 1,
        **more: Any,
    ) -> PlanTerms:
        """Offer a plan: of goods with `sku`, of access to the feature "membership" without.

        `more`: charges, phases, a setup fee, a minimum, an anchor day, as `PlanTerms` has them.
        """
        self.plans[code] = PlanTerms(
            plan_id=uuid5(_NAMES, f"plan {code}"),
            code=code,
            version=version,
            title=code.title(),
            kind=PlanKind.GOODS if sku else PlanKind.ACCESS,
            interval_unit=interval_unit,
            interval_count=interval_count,
            trial_days=trial_days,
            sku=sku,
            feature=None if sku else "membership",
            price=price,
            **more,
        )
        self.plan_prices[code] = price
        return self.plans[code]

    def newest_terms(self, *, plan: str, at: datetime) -> Mapping[str, PlanTerms]:
        if plan not in self.plans:
            raise UnknownPlan(plan=plan)
        return {self.plan_prices[plan].currency: self.plans[plan]}

    def quote_prices(
        self,
        *,
        lines: Sequence[QuoteLine],
        currency: str,
        country: str | None = None,
        promotion_codes: Sequence[str] = (),
        customer_group: str = "",
        customer: str | None = None,
        is_first_order: bool | None = None,
        reference: str | None = None,
        at: datetime,
    ) -> Quote:
        for code in promotion_codes:
            if code not in self.promotions:
                raise UnknownPromotionCode(promotion_code=code)
        units = Counter[str]()
        for line in lines:
            units[line.sku or ""] += line.quantity
        quoted = [
            self._quote(line, currency, customer_group, units[line.sku or ""]) for line in lines
        ]
        total = Money.sum((line.total for line in quoted), currency=currency)
        market = self._market(country, currency)
        quote = Quote(
            currency=currency,
            lines=quoted,
            total=total,
            quoted_at=at,
            market=market.code if market else None,
            prices_include_tax=market is not None and market.prices_include_tax,
        )
        asked = [
            replace(
                self.promotions[code],
                refusal=Reason.LIMIT_REACHED if self._is_used_up(code, reference) else None,
            )
            for code in promotion_codes
        ]
        asker = Asker(customer_group=customer_group, is_first_order=is_first_order)
        return with_promotions(quote, asked, places={}, gifts={}, asker=asker)

    def promote(self, code: str, *, lane: str = "item", limit: int | None = None) -> UUID:
        """Take a tenth off with a code, which may be used so often."""
        self.promotions[code] = Candidate(
            promotion_id=uuid5(_NAMES, f"promotion {code}"),
            title=code.title(),
            lane=Lane(lane),
            terms=Terms(effect=Effect.PERCENT, percent=Decimal(10)),
            code=code,
        )
        if limit is not None:
            self.limits[code] = limit
        return self.promotions[code].promotion_id

    def hold_redemptions(
        self, *, reference: str, customer: str, uses: Sequence[UsedPromotion], expires_at: datetime
    ) -> None:
        for use in uses:
            if use.code and self._is_used_up(use.code, reference):
                raise PromotionExhausted(
                    title=use.title, promotion_code=use.code, reason=Reason.LIMIT_REACHED.value
                )
        self.held[reference] = {use.code for use in uses if use.code}

    def _is_used_up(self, code: str, reference: str | None) -> bool:
        used = sum(code in codes for key, codes in self.held.items() if key != reference)
        return used >= self.limits.get(code, used + 1)

    def _market(self, country: str | None, currency: str) -> SoldIn | None:
        here = [x for x in self.markets if x.currency == currency]
        own = [x for x in here if country in x.countries]
        return next(iter([*own, *(x for x in here if x.is_default)]), None)

    def _price(self, sku: str, group: str, units: int) -> Money:
        if (group, sku) in self.group_prices:
            return self.group_prices[group, sku]
        reached = [n for name, n in self.tiers if name == sku and n <= units]
        return self.tiers[sku, max(reached)] if reached else self.prices[sku]

    def _quote(self, line: QuoteLine, currency: str, group: str, units: int) -> QuotedLine:
        if line.quantity < 1 or (line.sku is None) == (line.plan is None):
            raise ValueError(line)
        if line.sku is not None and line.sku not in self.prices:
            raise UnknownSku(sku=line.sku)
        if line.plan is not None and line.plan not in self.plans:
            raise UnknownPlan(plan=line.plan)

        plan = self.plans[line.plan] if line.plan is not None else None
        price = self.plan_prices[plan.code] if plan else self._price(line.sku or "", group, units)
        if price.currency != currency:
            raise NoPrice(item=line.sku or line.plan or "", currency=currency)
        sku = plan.sku if plan else line.sku
        sold = self.variants.get(sku or "", SoldVariant(requires_shipping=sku is not None))
        is_shipped = sold.requires_shipping
        if sold.components:
            is_shipped = any(x.requires_shipping for x in sold.components)
        if plan and plan.sku and not is_shipped:
            raise UnknownPlan(plan=plan.code)
        first = first_period(plan, line) if plan else None
        return QuotedLine(
            title=plan.title if plan else sold.title or (sku or "").title(),
            quantity=line.quantity,
            unit_price=first.unit_price if first else price,
            charges=first.charges if first else (),
            discount=Money.zero(currency),
            total=first.total if first else price * line.quantity,
            tax_category=sold.tax_category,
            requires_shipping=is_shipped,
            needs_approval=sold.needs_approval or any(x.needs_approval for x in sold.components),
            weight_g=sum(x.weight_g * x.quantity for x in sold.components) or sold.weight_g,
            sku=sku,
            variant_id=uuid5(_NAMES, f"variant {sku}") if sku else None,
            plan=plan,
            compare_at=self.compare_at.get(line.sku or ""),
            components=sold.components,
            grants=sold.grants,
            made_to_order_days=sold.made_to_order_days,
            is_gift_card=sold.is_gift_card,
        )


def first_period(plan: PlanTerms, line: QuoteLine) -> PeriodPrice:
    """As the catalog prices it: what agreed terms cost is one rule for quotes and renewals."""
    days, of_days = 1, 1
    if plan.anchor_day and line.begins_on and not plan.trial_days:
        days, of_days = first_days(
            line.begins_on,
            anchor_day=plan.anchor_day,
            unit=plan.interval_unit,
            count=plan.interval_count,
        )
    return price_period(terms=plan, quantity=line.quantity, period=0, days=days, of_days=of_days)
