"""What customers see of a product: the document of each market, in its language, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commerce.catalog.admin.product_page import ProductPage
from commerce.catalog.listing.document import document_of
from commerce.catalog.listing.facts import load_facts
from commerce.catalog.listing.market_facts import ListingMarket, market_of_currency
from commerce.catalog.listing.markets import load_markets
from commerce.catalog.listing.models import Listing
from commerce.catalog.listing.product_facts import ProductFacts
from commerce.shared.admin import NOTHING, amount, facts, grid, label


def seen_by_customers(page: ProductPage) -> SafeString | str:
    """The document of each market, in its language, as a person reads it."""
    markets = _markets(page)
    if not markets:
        return NOTHING
    [found] = load_facts([page.product.pk], at=page.at)
    made = dict(
        Listing.objects.filter(product_id=page.product.pk)
        .order_by()
        .values_list("market", "version")
    )
    parts = [_seen_in(market, found, made.get(market.code)) for market in markets]
    return format_html_join("", "{}", ((part,) for part in parts))


def _seen_in(market: ListingMarket, found: ProductFacts, version: int | None) -> SafeString:
    document = document_of(found, market=market)
    if version is None:
        in_lists = "not in lists"
    elif version == found.version:
        in_lists = "in lists as it is"
    else:
        in_lists = f"in lists as it was in version {version}; now {found.version}"
    return format_html(
        '<h3 class="font-semibold text-important">{} · {} · {}</h3>{}{}',
        market.code,
        market.locale or "no language of its own",
        in_lists,
        facts(
            [
                ("title", document["title"]),
                ("from", _money(document["price"])),
                ("availability", label(document["availability"])),
                ("categories", ", ".join(x["name"] for x in document["categories"]) or NOTHING),
                *((x["name"], _word(x)) for x in document["attributes"]),
            ]
        ),
        grid(
            ("SKU", "options", "price", "availability"),
            (
                (
                    x["sku"],
                    ", ".join(x["options"].values()) or NOTHING,
                    _money(x["price"]),
                    label(x["availability"]),
                )
                for x in document["variants"]
            ),
        ),
    )


def _markets(page: ProductPage) -> list[ListingMarket]:
    """The shop's, and one for each currency that has prices and no market."""
    known = load_markets()
    rest = {x.currency for x in page.prices.markets.values()} - {x.currency for x in known}
    return known + [market_of_currency(currency) for currency in sorted(rest)]


def _money(price: Mapping[str, Any] | None) -> str:
    return NOTHING if price is None else amount(price["amount"], price["currency"])


def _word(attribute: Mapping[str, Any]) -> str:
    shown = attribute["label"] or attribute["value"]
    if isinstance(shown, bool):
        return "yes" if shown else "no"
    return f"{shown} {attribute['unit']}" if attribute["unit"] else str(shown)
