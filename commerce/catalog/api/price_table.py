"""REST endpoints that show staff prices side by side, and what everybody has paid over time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import market_shapes
from commerce.catalog.api.permissions import CATALOG_STAFF
from commerce.catalog.api.shapes import money
from commerce.catalog.markets.queries import market_by_code
from commerce.catalog.markets.terms import MarketTerms, implied_market
from commerce.catalog.pricing.history import in_force, lowest_before_reduction
from commerce.catalog.pricing.market_prices import (
    MOMENT,
    MarketPrice,
    load_history,
    load_lists,
    load_market_prices,
)
from commerce.catalog.products.models import Product, Variant
from commerce.catalog.products.queries import UnknownProduct, UnknownVariant
from commerce.shared import clock
from commerce.shared.api.actors import Staff
from commerce.shared.api.pages import BadQuery, check_query
from commerce.shared.money import EXPONENTS, Money

# Longer than any law asks for; the answer stays one page.
DAYS_MAX: Final = 400
DAYS_DEFAULT: Final = 90


class PriceTable(APIView):
    """GET /products/{product_id}/price-table"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="get_price_table",
        summary="Show what its variants cost in every market, side by side, now or at a moment",
        parameters=[
            OpenApiParameter("at", datetime, description="With its zone; now where it is missing.")
        ],
        responses=market_shapes.PriceTableOutput,
    )
    def get(self, request: Request, product_id: UUID) -> Response:
        check_query(request.query_params, allowed={"at"})
        at = _moment(request.query_params.get("at"))
        variants = list(Variant.objects.filter(product=product_id).order_by("position", "pk"))
        if not variants and not Product.objects.filter(pk=product_id).exists():
            raise UnknownProduct
        prices = load_market_prices([x.pk for x in variants], at=at)
        return Response(
            {
                "at": at,
                "variants": [
                    {
                        "sku": variant.sku,
                        "markets": [
                            _price(price, prices.markets[code])
                            for code, price in sorted(prices.by_variant.get(variant.pk, {}).items())
                        ],
                    }
                    for variant in variants
                ],
            }
        )


class PriceHistory(APIView):
    """GET /products/{product_id}/price-history"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="get_price_history",
        summary="Show what one unit of a variant has cost everybody in a market",
        parameters=[
            OpenApiParameter("sku", str, required=True),
            OpenApiParameter(
                "market",
                str,
                required=True,
                description="Its code; a currency without markets by its own in small letters.",
            ),
            OpenApiParameter(
                "days",
                {"type": "integer", "minimum": 1, "maximum": DAYS_MAX},
                description=f"How far back; {DAYS_DEFAULT} where it is missing.",
            ),
        ],
        responses=market_shapes.PriceHistoryOutput,
    )
    def get(self, request: Request, product_id: UUID) -> Response:
        check_query(request.query_params, allowed={"sku", "market", "days"})
        sku, market = _needed(request.query_params, "sku"), _market(request.query_params)
        variant = Variant.objects.filter(product=product_id, sku=sku).first()
        if variant is None:
            raise UnknownVariant
        until = clock.now()
        since = until - timedelta(days=_days(request.query_params))
        history = load_history([variant.pk], load_lists(), until=until)
        prices = history.get((variant.pk, market.currency), ())
        begin = min([since, *(x.valid_from for x in prices)])
        periods = in_force(prices, market=market, since=begin, until=until + MOMENT)
        lowest = lowest_before_reduction(periods, at=until)
        return Response(
            {
                "sku": sku,
                "market": market.code,
                "since": since,
                "until": until,
                "periods": [
                    {
                        "price": money(Money(x.amount_minor, market.currency)),
                        "compare_at": _optional(x.compare_at_minor, market.currency),
                        "valid_from": max(x.valid_from, since),
                        "valid_until": min(x.valid_until or until, until),
                    }
                    for x in periods
                    if x.valid_until is None or x.valid_until > since
                ],
                "lowest_30_days": _optional(lowest, market.currency),
            }
        )


def _price(price: MarketPrice, market: MarketTerms) -> dict[str, Any]:
    currency = market.currency
    return {
        "market": market.code,
        "prices_include_tax": market.prices_include_tax,
        "price": money(Money(price.amount_minor, currency)),
        "compare_at": _optional(price.compare_at_minor, currency),
        "lowest_30_days": _optional(price.lowest_30_days_minor, currency),
        "min_quantity": price.min_quantity,
        "tiers": [
            {"min_quantity": x.min_quantity, "price": money(Money(x.amount_minor, currency))}
            for x in price.tiers
        ],
        "price_list": price.price_list,
    }


def _optional(minor: int | None, currency: str) -> dict[str, Any] | None:
    return None if minor is None else money(Money(minor, currency))


def _moment(text: str | None) -> datetime:
    if text is None:
        return clock.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError as failure:
        raise BadQuery("at is an instant, such as 2027-03-01T12:00:00Z.") from failure
    # Far enough from the ends of the calendar to be turned into UTC and looked around from.
    if at.tzinfo is None or not 1970 <= at.year <= 9000:
        raise BadQuery("at is an instant with its zone, such as 2027-03-01T12:00:00Z.")
    return at


def _needed(query: Mapping[str, str], name: str) -> str:
    if not query.get(name):
        raise BadQuery(f"{name} is missing.")
    return query[name]


def _market(query: Mapping[str, str]) -> MarketTerms:
    code = _needed(query, "market")
    currency = code.upper()
    return market_by_code(
        code, otherwise=implied_market(currency) if currency in EXPONENTS else None
    )


def _days(query: Mapping[str, str]) -> int:
    text = query.get("days", str(DAYS_DEFAULT))
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= DAYS_MAX):
        raise BadQuery(f"days is a number from 1 to {DAYS_MAX}.")
    return int(text)
