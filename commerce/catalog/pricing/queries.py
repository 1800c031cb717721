"""What is offered at a moment: one statement for all variants asked for, one for all plans."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import orjson
from django.db import connection

from commerce.catalog.interface.dto import IntervalUnit, PlanKind, PlanTerms
from commerce.catalog.pricing.quote import Offer
from commerce.catalog.products.titles import line_title

# Whether something was sold at a moment is asked of its dates and not of its status, so that a
# quote for yesterday stays what it was.
_VARIANTS: Final = """
SELECT variant.sku, variant.id, product.title, variant.options, variant.tax_category,
       variant.requires_shipping, variant.needs_approval, variant.weight_g, price.amount_minor
  FROM catalog_variant variant
  JOIN catalog_product product ON product.id = variant.product_id
  LEFT JOIN catalog_price price
    ON price.variant_id = variant.id AND price.currency = %(currency)s
   AND price.valid_from <= %(at)s AND (price.valid_until IS NULL OR price.valid_until > %(at)s)
 WHERE variant.sku = ANY(%(skus)s)
   AND product.published_at <= %(at)s
   AND (product.retired_at IS NULL OR product.retired_at > %(at)s)
   AND (variant.retired_at IS NULL OR variant.retired_at > %(at)s)
"""

# The newest version of each plan at the moment. A plan whose goods are not sold is not offered,
# rather than offered in an older version: hence the outer query.
_PLANS: Final = """
SELECT code, id, version, title, kind, interval_unit, interval_count, trial_days, feature,
       sku, variant_id, tax_category, requires_shipping, needs_approval, weight_g, amount_minor
  FROM (SELECT DISTINCT ON (plan.code)
               plan.code, plan.id, terms.version, terms.title, terms.kind, terms.interval_unit,
               terms.interval_count, terms.trial_days, terms.feature,
               variant.sku, variant.id AS variant_id,
               coalesce(variant.tax_category, terms.tax_category) AS tax_category,
               coalesce(variant.requires_shipping, FALSE) AS requires_shipping,
               coalesce(variant.needs_approval, FALSE) AS needs_approval,
               coalesce(variant.weight_g, 0) AS weight_g, price.amount_minor,
               variant.id IS NULL
               OR (product.published_at <= %(at)s
                   AND (product.retired_at IS NULL OR product.retired_at > %(at)s)
                   AND (variant.retired_at IS NULL OR variant.retired_at > %(at)s)) AS is_sold
          FROM catalog_plan plan
          JOIN catalog_planversion terms
            ON terms.plan_id = plan.id AND terms.published_at <= %(at)s
          LEFT JOIN catalog_planprice price
            ON price.plan_version_id = terms.id AND price.currency = %(currency)s
          LEFT JOIN catalog_variant variant ON variant.id = terms.variant_id
          LEFT JOIN catalog_product product ON product.id = variant.product_id
         WHERE plan.code = ANY(%(codes)s)
           AND (plan.retired_at IS NULL OR plan.retired_at > %(at)s)
         ORDER BY plan.code, terms.version DESC) AS current_terms
 WHERE is_sold
"""


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
            amount_minor,
        ) in _rows(_VARIANTS, skus=skus, currency=currency, at=at)
    }


def offers_by_plan(codes: Collection[str], *, currency: str, at: datetime) -> dict[str, Offer]:
    return {
        code: Offer(
            sku=sku,
            variant_id=variant_id,
            title=title,
            tax_category=tax_category,
            requires_shipping=requires_shipping,
            needs_approval=needs_approval,
            weight_g=weight_g,
            amount_minor=amount_minor,
            plan=PlanTerms(
                plan_id=plan_id,
                code=code,
                version=version,
                title=title,
                kind=PlanKind(kind),
                interval_unit=IntervalUnit(interval_unit),
                interval_count=interval_count,
                trial_days=trial_days,
                sku=sku,
                feature=feature,
            ),
        )
        for (
            code,
            plan_id,
            version,
            title,
            kind,
            interval_unit,
            interval_count,
            trial_days,
            feature,
            sku,
            variant_id,
            tax_category,
            requires_shipping,
            needs_approval,
            weight_g,
            amount_minor,
        ) in _rows(_PLANS, codes=codes, currency=currency, at=at)
    }


def _rows(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {x: list(y) if isinstance(y, set) else y for x, y in values.items()})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
