"""Quote prices for lines at a moment: what a checkout asks before a customer says yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from commerce.catalog.interface.dto import Quote, QuoteLine
from commerce.catalog.interface.errors import UnknownPromotionCode
from commerce.catalog.plans.offers import offers_by_plan
from commerce.catalog.pricing.queries import offers_by_sku
from commerce.catalog.pricing.quote import quote_lines


def quote_prices(
    *,
    lines: Sequence[QuoteLine],
    currency: str,
    country: str | None = None,
    promotion_codes: Sequence[str] = (),
    customer_group: str = "",
    at: datetime,
) -> Quote:
    """Price every line as of `at`, in at most two statements.

    A price is the same in every country, and there are no promotions yet: `country` changes
    nothing, and every promotion code is unknown.

    Raises:
        UnknownSku, UnknownPlan, NoPrice, UnknownPromotionCode.
    """
    for code in promotion_codes:
        raise UnknownPromotionCode(promotion_code=code)

    skus = {line.sku for line in lines if line.sku is not None}
    codes = {line.plan for line in lines if line.plan is not None}
    return quote_lines(
        lines,
        offer_by_sku=offers_by_sku(skus, currency=currency, at=at) if skus else {},
        offer_by_plan=offers_by_plan(codes, currency=currency, at=at) if codes else {},
        currency=currency,
        at=at,
    )
