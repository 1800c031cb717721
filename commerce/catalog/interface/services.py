"""Catalog, as the rest of the company sees it.

Import as `from commerce.catalog.interface import services as catalog`. Every function takes and
returns plain data, so this file can become an HTTP client without a caller changing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from commerce.catalog.interface.dto import (
    Availability,
    Cadence,
    Charge,
    ChargeModel,
    Component,
    DeliveryPromotion,
    DiscountedDelivery,
    Grant,
    IntervalUnit,
    LineDiscount,
    PartKind,
    PeriodPrice,
    PlanKind,
    PlanPhase,
    PlanTerms,
    Quote,
    QuotedLine,
    QuoteLine,
    RatedCharge,
    RatedPart,
    RefusedPromotion,
    SkuAvailability,
    Tier,
    Usage,
    UsagePrice,
    UsedPromotion,
)
from commerce.catalog.interface.errors import (
    NoPrice,
    PromotionExhausted,
    UnknownPlan,
    UnknownPromotionCode,
    UnknownSku,
)
from commerce.catalog.interface.messages import (
    ConfirmRedemptionsV1,
    PriceChangedV1,
    ProductPublishedV1,
    ReleaseRedemptionsV1,
    SetAvailabilityV1,
)
from commerce.catalog.plans.offers import newest_terms as _newest_terms
from commerce.catalog.plans.period_price import price_period as _price_period
from commerce.catalog.plans.period_price import price_usage as _price_usage
from commerce.catalog.pricing.quote_prices import quote_prices as _quote_prices
from commerce.catalog.promotions.delivery import discounted_delivery as _discounted_delivery
from commerce.catalog.promotions.hold_redemptions import hold_redemptions as _hold_redemptions
from commerce.shared import clock
from commerce.shared.db import published
from commerce.shared.money import Money

__all__ = [
    "Availability",
    "Cadence",
    "Charge",
    "ChargeModel",
    "Component",
    "ConfirmRedemptionsV1",
    "DeliveryPromotion",
    "DiscountedDelivery",
    "Grant",
    "IntervalUnit",
    "LineDiscount",
    "NoPrice",
    "PartKind",
    "PeriodPrice",
    "PlanKind",
    "PlanPhase",
    "PlanTerms",
    "PriceChangedV1",
    "ProductPublishedV1",
    "PromotionExhausted",
    "Quote",
    "QuoteLine",
    "QuotedLine",
    "RatedCharge",
    "RatedPart",
    "RefusedPromotion",
    "ReleaseRedemptionsV1",
    "SetAvailabilityV1",
    "SkuAvailability",
    "Tier",
    "UnknownPlan",
    "UnknownPromotionCode",
    "UnknownSku",
    "Usage",
    "UsagePrice",
    "UsedPromotion",
    "discount_delivery",
    "hold_redemptions",
    "newest_terms",
    "price_period",
    "price_usage",
    "quote_prices",
]


@published
def quote_prices(
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
    """Price every line at a moment, in the order given. The same question has the same answer.

    The prices are those of the market that `country` belongs to in `currency`, or of the
    currency's default market, for `customer_group`, and for as many units of a variant as the
    lines have together.

    Promotions that need no code, and those of `promotion_codes`, are taken off: each line says by
    which, how much and why. `customer` is the key under which limits per customer are counted;
    what is held under `reference` is the asker's own and stands in nobody's way. A promotion that
    depends on `is_first_order` is refused with `first_order_unknown` where that is None.

    At most three SQL statements, however many lines; four where promotions ask for categories.

    Raises:
        UnknownSku, UnknownPlan: a line names nothing that is sold.
        NoPrice: it is not sold in `currency`.
        UnknownPromotionCode: no promotion has this code; one that does not apply is refused in
            the quote, with the reason.
    """
    return _quote_prices(
        lines=lines,
        currency=currency,
        country=country,
        promotion_codes=promotion_codes,
        customer_group=customer_group,
        customer=customer,
        is_first_order=is_first_order,
        reference=reference,
        at=at,
    )


@published
def newest_terms(*, plan: str, at: datetime) -> Mapping[str, PlanTerms]:
    """Give the terms of a plan that were published last, by currency.

    Raises:
        UnknownPlan: no terms of it were ever published.
    """
    return _newest_terms(plan=plan, at=at)


@published
def price_period(
    *, terms: PlanTerms, quantity: int, period: int, days: int = 1, of_days: int = 1
) -> PeriodPrice:
    """Price what recurs in a period of agreed terms, with every cent explained. Stores nothing.

    `period` counts from 0, the first one that is paid for; a short one has `days` of `of_days`.
    The same terms always give the same answer.

    Raises:
        ValueError: the terms name no price.
    """
    return _price_period(terms=terms, quantity=quantity, period=period, days=days, of_days=of_days)


@published
def price_usage(
    *,
    terms: PlanTerms,
    quantity: int,
    period: int,
    usage: Mapping[str, Usage],
    days: int = 1,
    of_days: int = 1,
) -> UsagePrice:
    """Price what the meters of a plan counted in a period, by meter code. Stores nothing.

    What is still missing to the plan's minimum is among it.

    Raises:
        ValueError: the terms name no price.
    """
    return _price_usage(
        terms=terms, quantity=quantity, period=period, usage=usage, days=days, of_days=of_days
    )


@published
def discount_delivery(
    *, price: Money, promotions: Sequence[DeliveryPromotion]
) -> DiscountedDelivery:
    """Work out what a quote's delivery promotions take off a price. Pure: no SQL statement."""
    return _discounted_delivery(price, promotions)


@published
def hold_redemptions(
    *, reference: str, customer: str, uses: Sequence[UsedPromotion], expires_at: datetime
) -> None:
    """Count the use of promotions, all or none, until `expires_at` or the order's fate is told.

    `customer` is the key under which limits per customer are counted. Asking again with the same
    `reference` holds what is asked for now, once. The caller says `ConfirmRedemptionsV1` when it
    is paid and `ReleaseRedemptionsV1` when nothing comes of it.

    Raises:
        PromotionExhausted: a limit is reached, or a budget spent.
    """
    _hold_redemptions(
        reference=reference,
        customer=customer,
        uses=uses,
        expires_at=expires_at,
        now=clock.now(),
    )
