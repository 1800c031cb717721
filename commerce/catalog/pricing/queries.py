"""Which variants are offered at a moment, and to whom: one statement for all asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from django.db import connection

from commerce.catalog.markets.terms import MarketTerms
from commerce.catalog.pricing.given import GIVEN, is_for_sale_in, read_given
from commerce.catalog.pricing.quote import Offer
from commerce.catalog.pricing.resolution import Candidate, ListRank, resolve
from commerce.catalog.products.titles import line_title

_MARKET_FIELDS: Final = ("id", "code", "currency", "locale", "prices_include_tax", "is_default")

# The market is the country's own in the currency, else the currency's default: at most one.
# Whether something was sold at a moment is asked of its dates and not of its status, so that a
# quote for yesterday stays what it was. Every price that may win comes along; `resolve` decides.
_VARIANTS: Final = f"""
WITH market AS (
    SELECT market.id, market.code, market.currency, market.locale, market.prices_include_tax,
           market.is_default
      FROM catalog_market market
      LEFT JOIN catalog_marketcountry place
        ON place.market_id = market.id AND place.country = %(country)s
     WHERE market.currency = %(currency)s AND (place.country IS NOT NULL OR market.is_default)
     ORDER BY place.country IS NULL
     LIMIT 1
)
SELECT market.*, variant.sku, variant.id, product.title, variant.options, variant.tax_category,
       variant.requires_shipping, variant.needs_approval, variant.weight_g, {GIVEN} AS given,
       (SELECT json_agg(json_build_array(
                   list.code, list.priority, list.customer_group <> '',
                   list.market_id IS NOT NULL,
                   price.min_quantity, price.amount_minor, price.compare_at_minor))
          FROM catalog_price price
          LEFT JOIN catalog_pricelist list ON list.id = price.price_list_id
         WHERE price.variant_id = variant.id AND price.currency = %(currency)s
           AND price.min_quantity <= asked.units
           AND price.valid_from <= %(at)s
           AND (price.valid_until IS NULL OR price.valid_until > %(at)s)
           AND (price.price_list_id IS NULL
                OR (list.activated_at <= %(at)s
                    AND (list.ended_at IS NULL OR list.ended_at > %(at)s)
                    AND (list.valid_from IS NULL OR list.valid_from <= %(at)s)
                    AND (list.valid_until IS NULL OR list.valid_until > %(at)s)
                    AND list.customer_group IN ('', %(group)s)
                    AND (list.market_id IS NULL OR list.market_id = market.id)))
       ) AS prices
  FROM unnest(%(skus)s::text[], %(units)s::bigint[]) AS asked (sku, units)
  LEFT JOIN market ON TRUE
  LEFT JOIN (catalog_variant variant JOIN catalog_product product ON product.id = variant.product_id)
    ON variant.sku = asked.sku
   AND product.published_at <= %(at)s
   AND (product.retired_at IS NULL OR product.retired_at > %(at)s)
   AND (variant.retired_at IS NULL OR variant.retired_at > %(at)s)
   AND {is_for_sale_in("market.code")}
"""  # noqa: S608 - of our own parts; values are parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What was found of what was asked for, and the market it was found for."""

    by_sku: Mapping[str, Offer]
    market: MarketTerms | None


def offers_by_sku(
    units_by_sku: Mapping[str, int],
    *,
    currency: str,
    country: str | None,
    customer_group: str,
    at: datetime,
) -> Offers:
    """One statement."""
    values: dict[str, Any] = {
        "skus": list(units_by_sku.keys()),
        "units": list(units_by_sku.values()),
        "currency": currency,
        "country": country,
        "group": customer_group,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_VARIANTS, values)
        rows = cursor.fetchall()
    # A row for each SKU asked for, also where it is not sold: each knows the market.
    market = dict(zip(_MARKET_FIELDS, rows[0], strict=False))
    offers = {}
    for (
        sku,
        variant_id,
        title,
        options,
        tax_category,
        requires_shipping,
        needs_approval,
        weight_g,
        given,
        prices,
    ) in (row[len(_MARKET_FIELDS) :] for row in rows):
        if sku is None:
            continue
        price = resolve(_candidates(prices), units=units_by_sku[sku])
        offers[sku] = Offer(
            sku=sku,
            variant_id=variant_id,
            title=line_title(title, dict(orjson.loads(options))),
            tax_category=tax_category,
            requires_shipping=requires_shipping,
            needs_approval=needs_approval,
            weight_g=weight_g,
            amount_minor=price.amount_minor if price else None,
            compare_at_minor=price.compare_at_minor if price else None,
            given=read_given(given),
        )
    return Offers(by_sku=offers, market=MarketTerms(**market) if market["id"] is not None else None)


def _candidates(prices: list[tuple[Any, ...]] | None) -> Iterator[Candidate]:
    for code, priority, is_of_group, is_of_market, min_quantity, amount, compare_at in prices or ():
        yield Candidate(
            amount_minor=amount,
            compare_at_minor=compare_at,
            min_quantity=min_quantity,
            price_list=code
            and ListRank(
                code=code,
                priority=priority,
                is_of_group=is_of_group,
                is_of_market=is_of_market,
            ),
        )
