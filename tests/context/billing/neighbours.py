"""Billing's neighbours as fakes that keep state: what they sell, hold and deliver.

Patched over the interface modules, so one fake reaches every caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid5

from commerce.catalog.interface import services as catalog
from commerce.fulfilment.interface import services as fulfilment
from commerce.shared.db import published
from commerce.shared.money import Money
from tests.fakes.catalog import first_period

NAMES = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


@dataclass(slots=True)
class FakeCatalog:
    """`catalog.prices["mug"] = Money(12_50, "EUR")`; plans by `sell_plan`.

    `catalog.group_prices["wholesale", "mug"]` is what a group pays instead; prices in
    `catalog.gross_currencies` include tax.
    """

    prices: dict[str, Money] = field(default_factory=dict)
    discounts: dict[str, Money] = field(default_factory=dict)
    tax_categories: dict[str, str] = field(default_factory=dict)
    digital: set[str] = field(default_factory=set)
    plans: dict[str, tuple[catalog.PlanTerms, Money]] = field(default_factory=dict)
    group_prices: dict[tuple[str, str], Money] = field(default_factory=dict)
    gross_currencies: set[str] = field(default_factory=set)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By SKU, what a quote says of it beside its price: components, grants, …"""

    def sell_plan(self, code: str, price: Money, **terms: Any) -> None:
        values = {
            "plan_id": uuid5(NAMES, code),
            "code": code,
            "version": 1,
            "title": code.title(),
            "kind": catalog.PlanKind.ACCESS,
            "interval_unit": catalog.IntervalUnit.MONTH,
            "interval_count": 1,
            "trial_days": 0,
            "feature": "members",
            "price": price,
        }
        self.plans[code] = catalog.PlanTerms(**(values | terms)), price

    @published
    def quote_prices(
        self,
        *,
        lines: Sequence[catalog.QuoteLine],
        currency: str,
        country: str | None = None,
        promotion_codes: Sequence[str] = (),
        customer_group: str = "",
        customer: str | None = None,
        is_first_order: bool | None = None,
        reference: str | None = None,
        at: dt.datetime,
    ) -> catalog.Quote:
        quoted = [self._quoted(line, currency, customer_group) for line in lines]
        return catalog.Quote(
            currency=currency,
            lines=quoted,
            total=Money.sum((line.total for line in quoted), currency=currency),
            quoted_at=at,
            prices_include_tax=currency in self.gross_currencies,
        )

    def _quoted(
        self, line: catalog.QuoteLine, currency: str, customer_group: str
    ) -> catalog.QuotedLine:
        terms = None
        if line.plan:
            if line.plan not in self.plans:
                raise catalog.UnknownPlan(plan=line.plan)
            terms, price = self.plans[line.plan]
            sku, title, name = terms.sku, terms.title, line.plan
        else:
            name = sku = line.sku or ""
            if sku not in self.prices:
                raise catalog.UnknownSku(sku=sku)
            price = self.group_prices.get((customer_group, sku), self.prices[sku])
            title = sku.title()
        if price.currency != currency:
            raise catalog.NoPrice(item=name, currency=currency)
        discount = self.discounts.get(name, Money.zero(currency))
        first = first_period(terms, line) if terms else None
        quoted = catalog.QuotedLine(
            title=title,
            quantity=line.quantity,
            unit_price=first.unit_price if first else price,
            charges=first.charges if first else (),
            discount=discount,
            total=(first.total if first else price * line.quantity) - discount,
            tax_category=self.tax_categories.get(name, "general"),
            requires_shipping=sku is not None and sku not in self.digital,
            needs_approval=False,
            weight_g=300,
            sku=sku,
            variant_id=uuid5(NAMES, sku) if sku else None,
            plan=terms,
        )
        return replace(quoted, **self.facts.get(sku or "", {}))


@dataclass(slots=True)
class FakeFulfilment:
    """`fulfilment.stock["mug"] = 5` is what may be promised; holds are kept by reference."""

    stock: dict[str, int] = field(default_factory=dict)
    holds: dict[str, dict[str, int]] = field(default_factory=dict)
    options: list[fulfilment.DeliveryOption] = field(default_factory=list)
    canceled: list[UUID] = field(default_factory=list)
    shipped: set[UUID] = field(default_factory=set)
    countries: set[str] = field(default_factory=lambda: {"US", "DE"})

    @published
    def reserve_stock(
        self, *, reference: str, units_by_sku: Mapping[str, int], expires_at: dt.datetime
    ) -> fulfilment.Reservation:
        if reference not in self.holds:
            for sku, units in units_by_sku.items():
                held = sum(hold.get(sku, 0) for hold in self.holds.values())
                available = self.stock.get(sku, 0) - held
                if available < units:
                    raise fulfilment.OutOfStock(sku=sku, wanted=units, available=available)
            self.holds[reference] = dict(units_by_sku)
        return fulfilment.Reservation(
            reference=reference,
            units_by_sku=self.holds[reference],
            expires_at=expires_at,
            state=fulfilment.ReservationState.HELD,
        )

    @published
    def release_stock(self, *, reference: str) -> None:
        self.holds.pop(reference, None)

    @published
    def quote_delivery(
        self, *, country: str, currency: str, weight_g: int, units: int
    ) -> Sequence[fulfilment.DeliveryOption]:
        if country not in self.countries:
            raise fulfilment.NotDeliverable(country=country)
        return [option for option in self.options if option.price.currency == currency]

    @published
    def cancel_fulfilment(
        self, *, order_id: UUID, reason: str, now: dt.datetime
    ) -> fulfilment.CanceledFulfilment:
        if order_id in self.shipped:
            raise fulfilment.AlreadyShipped(order_id=order_id)
        self.canceled.append(order_id)
        return fulfilment.CanceledFulfilment(order_id=order_id, units_by_line={})
