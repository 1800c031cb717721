"""What the variants of a product cost: now, market by market, and as it is planned."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from commerce.catalog.admin.product_page import ProductPage
from commerce.catalog.pricing.market_prices import MarketPrice
from commerce.catalog.pricing.models import Price
from commerce.shared.admin import NOTHING, amount, anchor, grid, url_of

PLANNED_SHOWN = 100


def price_table(page: ProductPage) -> SafeString | str:
    """What each variant costs everybody now, market by market, side by side."""
    markets = [
        market
        for market in page.prices.markets.values()
        if any(market.code in prices for prices in page.prices.by_variant.values())
    ]
    return grid(
        ("SKU", *(f"{x.code} ({'gross' if x.prices_include_tax else 'net'})" for x in markets)),
        (
            (
                anchor(url_of("catalog.Variant", variant.pk), variant.sku),
                *(
                    _cell(page.prices.by_variant.get(variant.pk, {}).get(x.code), x.currency)
                    for x in markets
                ),
            )
            for variant in page.variants
            if variant.retired_at is None
        ),
    )


def planned_prices(page: ProductPage) -> SafeString | str:
    """Periods that are still to begin, or have an end, with their days."""
    rows = Price.objects.filter(variant__product=page.product).filter(
        Q(valid_from__gt=page.at) | Q(valid_until__gt=page.at)
    )
    return grid(
        ("SKU", "price", "instead of", "from units", "list", "from", "until"),
        (
            (
                row.variant.sku,
                amount(row.amount_minor, row.currency),
                amount(row.compare_at_minor, row.currency),
                row.min_quantity,
                row.price_list.code if row.price_list else "base",
                f"{row.valid_from:%Y-%m-%d %H:%M}",
                f"{row.valid_until:%Y-%m-%d %H:%M}" if row.valid_until else NOTHING,
            )
            for row in rows.select_related("variant", "price_list").order_by("valid_from", "pk")[
                :PLANNED_SHOWN
            ]
        ),
    )


def _cell(price: MarketPrice | None, currency: str) -> SafeString | str:
    if price is None:
        return NOTHING
    lines = ((line,) for line in _lines(price, currency))
    return format_html_join("", '<div class="nowrap">{}</div>', lines)


def _lines(price: MarketPrice, currency: str) -> Iterator[str]:
    yield amount(price.amount_minor, currency)
    if price.compare_at_minor is not None:
        yield f"instead of {amount(price.compare_at_minor, currency)}"
    if price.lowest_30_days_minor is not None:
        yield f"lowest in 30 days {amount(price.lowest_30_days_minor, currency)}"
    if price.price_list:
        yield f"list {price.price_list}"
    for tier in price.tiers:
        yield f"from {tier.min_quantity}: {amount(tier.amount_minor, currency)}"
