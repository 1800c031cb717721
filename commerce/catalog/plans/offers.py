"""Which plans are offered at a moment, with all their terms: one statement for all asked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import orjson
from django.db import connection

from commerce.catalog.interface.dto import Charge, IntervalUnit, PlanKind, PlanPhase, PlanTerms
from commerce.catalog.interface.errors import UnknownPlan
from commerce.catalog.plans.models import PlanVersion
from commerce.catalog.plans.queries import PRICE_COLUMNS
from commerce.catalog.pricing.given import GIVEN, read_given
from commerce.catalog.pricing.quote import Offer
from commerce.shared.codec import from_plain
from commerce.shared.money import Money

_OF_VERSION: Final = (
    "version", "title", "kind", "interval_unit", "interval_count", "trial_days", "feature",
    "anchor_day",
)  # fmt: skip

# The newest version of each plan at the moment. A plan whose goods are not sold is not offered,
# rather than offered in an older version: hence the outer query.
_PLANS: Final = f"""
SELECT code, id, version, title, kind, interval_unit, interval_count, trial_days, feature,
       sku, variant_id, tax_category, requires_shipping, needs_approval, weight_g, given, amount_minor,
       anchor_day, setup_fee_minor, minimum_minor, charges, phases
  FROM (SELECT DISTINCT ON (plan.code)
               plan.code, plan.id, terms.version, terms.title, terms.kind, terms.interval_unit,
               terms.interval_count, terms.trial_days, terms.feature,
               variant.sku, variant.id AS variant_id,
               coalesce(variant.tax_category, terms.tax_category) AS tax_category,
               coalesce(variant.requires_shipping, FALSE) AS requires_shipping,
               coalesce(variant.needs_approval, FALSE) AS needs_approval,
               coalesce(variant.weight_g, 0) AS weight_g,
               CASE WHEN variant.id IS NOT NULL THEN {GIVEN} END AS given, price.amount_minor,
               terms.anchor_day, price.setup_fee_minor, price.minimum_minor,
               price.charges, price.phases,
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
"""  # noqa: S608 - of our own parts; values are parameters


def offers_by_plan(codes: Collection[str], *, currency: str, at: datetime) -> dict[str, Offer]:
    with connection.cursor() as cursor:
        cursor.execute(_PLANS, {"codes": list(codes), "currency": currency, "at": at})
        columns = [column.name for column in cursor.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return {row["code"]: _offer(row, currency) for row in rows}


def _offer(row: dict[str, Any], currency: str) -> Offer:
    return Offer(
        sku=row["sku"],
        variant_id=row["variant_id"],
        title=row["title"],
        tax_category=row["tax_category"],
        requires_shipping=row["requires_shipping"],
        needs_approval=row["needs_approval"],
        weight_g=row["weight_g"],
        amount_minor=row["amount_minor"],
        plan=terms_of(row, currency),
        given=read_given(row["given"]),
    )


def terms_of(row: dict[str, Any], currency: str) -> PlanTerms:
    """Read the terms of a plan, a version and its price in a currency, if it has one there."""
    has_price = row["amount_minor"] is not None
    return PlanTerms(
        plan_id=row["id"],
        code=row["code"],
        version=row["version"],
        title=row["title"],
        kind=PlanKind(row["kind"]),
        interval_unit=IntervalUnit(row["interval_unit"]),
        interval_count=row["interval_count"],
        trial_days=row["trial_days"],
        sku=row["sku"],
        feature=row["feature"],
        price=Money(row["amount_minor"], currency) if has_price else None,
        anchor_day=row["anchor_day"],
        setup_fee_minor=row["setup_fee_minor"] or 0,
        minimum_minor=row["minimum_minor"] or 0,
        charges=_read(Charge, row["charges"]) if has_price else (),
        phases=_read(PlanPhase, row["phases"]) if has_price else (),
    )


def newest_terms(*, plan: str, at: datetime) -> dict[str, PlanTerms]:
    """Read the terms published last, by currency; a plan that is retired still has them.

    Raises:
        UnknownPlan: no terms of it were ever published.
    """
    published = PlanVersion.objects.filter(plan__code=plan, published_at__lte=at)
    found = published.select_related("plan", "variant").order_by("-version").first()
    if found is None:
        raise UnknownPlan(plan=plan)
    version = {
        "id": found.plan_id,
        "code": found.plan.code,
        "sku": found.variant.sku if found.variant else None,
        **{name: getattr(found, name) for name in _OF_VERSION},
    }
    return {
        price.currency: terms_of(
            version | {name: getattr(price, name) for name in PRICE_COLUMNS}, price.currency
        )
        for price in found.prices.order_by("currency")
    }


def _read[T](wanted: type[T], stored: str | list[Any]) -> tuple[T, ...]:
    # A raw cursor gives JSON as text; nearly every plan has neither charges nor phases.
    if stored in ("[]", []):
        return ()
    plain = orjson.loads(stored) if isinstance(stored, str) else stored
    return from_plain(tuple[wanted, ...], plain)  # type: ignore[valid-type]  # a type only known when it is called
