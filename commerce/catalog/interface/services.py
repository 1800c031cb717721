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
    UnknownPlan,
    UnknownPromotionCode,
    UnknownSku,
)
from commerce.catalog.interface.messages import (
    PriceChangedV1,
    ProductPublishedV1,
    SetAvailabilityV1,
)
from commerce.catalog.plans.period_price import price_period as _price_period
from commerce.catalog.plans.period_price import price_usage as _price_usage
from commerce.catalog.pricing.quote_prices import quote_prices as _quote_prices
from commerce.shared.db import published

__all__ = [
    "Availability",
    "Cadence",
    "Charge",
    "ChargeModel",
    "Component",
    "DeliveryPromotion",
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
    "Quote",
    "QuoteLine",
    "QuotedLine",
    "RatedCharge",
    "RatedPart",
    "RefusedPromotion",
    "SetAvailabilityV1",
    "SkuAvailability",
    "Tier",
    "UnknownPlan",
    "UnknownPromotionCode",
    "UnknownSku",
    "Usage",
    "UsagePrice",
    "UsedPromotion",
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
    at: datetime,
) -> Quote:
    """Price every line at a moment, in the order given. The same question has the same answer.

    The prices are those of the market that `country` belongs to in `currency`, or of the
    currency's default market, for `customer_group`, and for as many units of a variant as the
    lines have together. At most two SQL statements, however many lines.

    Raises:
        UnknownSku, UnknownPlan: a line names nothing that is sold.
        NoPrice: it is not sold in `currency`.
        UnknownPromotionCode: a code is not valid now.
    """
    return _quote_prices(
        lines=lines,
        currency=currency,
        country=country,
        promotion_codes=promotion_codes,
        customer_group=customer_group,
        at=at,
    )


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
