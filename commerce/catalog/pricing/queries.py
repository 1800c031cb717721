"""Which variants are offered at a moment: one statement for all that are asked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import orjson
from django.db import connection

from commerce.catalog.pricing.given import GIVEN, is_for_sale_in, read_given
from commerce.catalog.pricing.quote import Offer
from commerce.catalog.products.titles import line_title

# Whether something was sold at a moment is asked of its dates and not of its status, so that a
# quote for yesterday stays what it was.
_VARIANTS: Final = f"""
SELECT variant.sku, variant.id, product.title, variant.options, variant.tax_category,
       variant.requires_shipping, variant.needs_approval, variant.weight_g, {GIVEN} AS given,
       price.amount_minor
  FROM catalog_variant variant
  JOIN catalog_product product ON product.id = variant.product_id
  LEFT JOIN catalog_price price
    ON price.variant_id = variant.id AND price.currency = %(currency)s
   AND price.valid_from <= %(at)s AND (price.valid_until IS NULL OR price.valid_until > %(at)s)
 WHERE variant.sku = ANY(%(skus)s)
   AND product.published_at <= %(at)s
   AND (product.retired_at IS NULL OR product.retired_at > %(at)s)
   AND (variant.retired_at IS NULL OR variant.retired_at > %(at)s)
   AND {is_for_sale_in("NULL::text")}
"""  # noqa: S608 - of our own parts; values are parameters


def offers_by_sku(skus: Collection[str], *, currency: str, at: datetime) -> dict[str, Offer]:
    return {
        sku: Offer(
            sku=sku,
            variant_id=variant_id,
            title=line_title(title, dict(orjson.loads(options))),
            tax_category=tax_category,
            requires_shipping=requires_shipping,
            needs_approval=needs_approval,
            weight_g=weight_g,
            amount_minor=amount_minor,
            given=read_given(given),
        )
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
            amount_minor,
        ) in _rows(_VARIANTS, skus=skus, currency=currency, at=at)
    }


def _rows(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {x: list(y) if isinstance(y, set) else y for x, y in values.items()})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
