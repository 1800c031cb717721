"""Catalog, as the rest of the company sees it.

Import as `from commerce.catalog.interface import services as catalog`. Every function takes and
returns plain data, so this file can become an HTTP client without a caller changing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from commerce.catalog.interface.dto import (
    Availability,
    Component,
    DeliveryPromotion,
    Grant,
    IntervalUnit,
    LineDiscount,
    PlanKind,
    PlanTerms,
    Quote,
    QuotedLine,
    QuoteLine,
    RefusedPromotion,
    SkuAvailability,
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
from commerce.catalog.pricing.quote_prices import quote_prices as _quote_prices
from commerce.shared.db import published

__all__ = [
    "Availability",
    "Component",
    "DeliveryPromotion",
    "Grant",
    "IntervalUnit",
    "LineDiscount",
    "NoPrice",
    "PlanKind",
    "PlanTerms",
    "PriceChangedV1",
    "ProductPublishedV1",
    "Quote",
    "QuoteLine",
    "QuotedLine",
    "RefusedPromotion",
    "SetAvailabilityV1",
    "SkuAvailability",
    "UnknownPlan",
    "UnknownPromotionCode",
    "UnknownSku",
    "UsedPromotion",
    "quote_prices",
]


@published
def quote_prices(
    *,
    lines: Sequence[QuoteLine],
    currency: str,
    country: str | None = None,
    promotion_codes: Sequence[str] = (),
    at: datetime,
) -> Quote:
    """Price every line at a moment, in the order given. The same question has the same answer.

    At most two SQL statements, however many lines.

    Raises:
        UnknownSku, UnknownPlan: a line names nothing that is sold.
        NoPrice: it is not sold in `currency`.
        UnknownPromotionCode: a code is not valid now.
    """
    return _quote_prices(
        lines=lines, currency=currency, country=country, promotion_codes=promotion_codes, at=at
    )
