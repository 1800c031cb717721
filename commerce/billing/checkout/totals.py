"""Totals of a checkout: quoted lines plus delivery plus tax, each rounded where the law rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from commerce.billing.checkout.promotions import Promotions, promotions_of
from commerce.billing.tax.rates import GENERAL, TaxRates, tax_of
from commerce.catalog.interface.services import (
    Component,
    DiscountedDelivery,
    Grant,
    LineDiscount,
    PlanTerms,
    Quote,
    QuotedLine,
    RatedCharge,
)
from commerce.shared.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """One line as it would be sold now."""

    title: str
    quantity: int
    unit_price: Money
    charges: Sequence[RatedCharge]
    """Of a plan: what its first period costs beside its units."""
    discount: Money
    tax_category: str
    tax_percent: Decimal
    tax: Money
    requires_shipping: bool
    needs_approval: bool
    weight_g: int
    sku: str | None
    """What is delivered, if anything; also for a plan of goods."""
    variant_id: UUID | None
    plan: PlanTerms | None
    prices_include_tax: bool
    discounts: Sequence[LineDiscount] = ()
    """By promotion; none for the first period of a trial, which is free by itself."""
    is_gift: bool = False
    components: Sequence[Component] = ()
    """Of a bundle: these are held and delivered."""
    grants: Sequence[Grant] = ()
    made_to_order_days: int | None = None

    @property
    def charged(self) -> Money:
        return Money.sum((x.amount for x in self.charges), currency=self.unit_price.currency)

    @property
    def full_price(self) -> Money:
        """Before any discount."""
        return self.unit_price * self.quantity + self.charged

    @property
    def total(self) -> Money:
        """With tax, which is in the price already or comes on top of it."""
        price = self.full_price - self.discount
        return price if self.prices_include_tax else price + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What is shown, and what has to be the same when the customer says yes."""

    items: Money
    discount: Money
    delivery: Money
    tax: Money
    total: Money
    prices_include_tax: bool
    """Tax is then a part of items and delivery, and not added to the total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A checkout's lines and totals at one moment."""

    lines: Sequence[PricedLine]
    delivery: DiscountedDelivery
    delivery_tax_percent: Decimal
    delivery_tax: Money
    country: str
    totals: Totals
    promotions: Promotions

    @property
    def delivery_total(self) -> Money:
        """With tax."""
        is_gross = self.totals.prices_include_tax
        return self.delivery.total if is_gross else self.delivery.total + self.delivery_tax

    def without_gifts(self, sku: str | None = None) -> Priced:
        """Leave out what is given, or only one SKU of it: it costs nothing, so the total stays."""
        given = [x for x in self.lines if x.is_gift and sku in (None, x.sku)]
        promotion_ids = {discount.promotion_id for line in given for discount in line.discounts}
        off = Money.sum((line.discount for line in given), currency=self.totals.items.currency)
        return replace(
            self,
            lines=[line for line in self.lines if line not in given],
            totals=replace(
                self.totals, items=self.totals.items - off, discount=self.totals.discount - off
            ),
            promotions=replace(
                self.promotions,
                used=tuple(x for x in self.promotions.used if x.promotion_id not in promotion_ids),
            ),
        )


def priced(quote: Quote, *, delivery: DiscountedDelivery, country: str, rates: TaxRates) -> Priced:
    """Tax every line by itself, half up, and add everything up.

    Delivery is taxed at the country's general rate. Where the quote is gross, so is the price of
    delivery: what is shown is what is paid, and tax is taken out of it.

    Raises:
        TaxUnknown: the country's taxes are not known.
    """
    currency = quote.currency
    lines = [
        _priced_line(line, country=country, rates=rates, is_gross=quote.prices_include_tax)
        for line in quote.lines
    ]
    delivery_percent = rates.percent(country=country, category=GENERAL)
    is_gross = quote.prices_include_tax
    delivery_tax = tax_of(delivery.total, percent=delivery_percent, is_included=is_gross)

    items = Money.sum((line.full_price for line in lines), currency=currency)
    discount = Money.sum((line.discount for line in lines), currency=currency)
    tax = Money.sum((line.tax for line in lines), currency=currency) + delivery_tax
    return Priced(
        lines=lines,
        delivery=delivery,
        delivery_tax_percent=delivery_percent,
        delivery_tax=delivery_tax,
        country=country,
        totals=Totals(
            items=items,
            discount=discount,
            delivery=delivery.total,
            tax=tax,
            total=items - discount + delivery.total + (Money.zero(currency) if is_gross else tax),
            prices_include_tax=is_gross,
        ),
        promotions=promotions_of(quote, delivery_discounts=tuple(delivery.discounts)),
    )


def _priced_line(line: QuotedLine, *, country: str, rates: TaxRates, is_gross: bool) -> PricedLine:
    # The first period of a trial is free, and its goods leave when it is over and paid.
    is_trial = line.plan is not None and line.plan.trial_days > 0
    charges = () if is_trial else line.charges
    discount = line.unit_price * line.quantity if is_trial else line.discount
    charged = Money.sum((x.amount for x in charges), currency=discount.currency)
    price = line.unit_price * line.quantity + charged - discount
    percent = rates.percent(country=country, category=line.tax_category)
    return PricedLine(
        title=line.title,
        quantity=line.quantity,
        unit_price=line.unit_price,
        charges=charges,
        discount=discount,
        tax_category=line.tax_category,
        tax_percent=percent,
        tax=tax_of(price, percent=percent, is_included=is_gross),
        requires_shipping=line.requires_shipping and not is_trial,
        needs_approval=line.needs_approval,
        weight_g=line.weight_g,
        sku=line.sku,
        variant_id=line.variant_id,
        plan=line.plan,
        prices_include_tax=is_gross,
        discounts=() if is_trial else line.discounts,
        is_gift=line.is_gift,
        components=line.components,
        grants=line.grants,
        made_to_order_days=line.made_to_order_days,
    )
