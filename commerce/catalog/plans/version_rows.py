"""How terms become rows, and how rows are read as terms again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from commerce.catalog.interface.dto import Charge, IntervalUnit, PlanKind, PlanPhase
from commerce.catalog.plans.models import Plan, PlanPrice, PlanVersion
from commerce.catalog.plans.terms import NewPlan, PlanCharges
from commerce.catalog.products.models import Variant
from commerce.catalog.products.queries import UnknownVariant
from commerce.shared.codec import from_plain, to_plain
from commerce.shared.db import requires_transaction


def variant_of(plan: NewPlan) -> Variant | None:
    """Find what goods deliver. Raises `UnknownVariant`."""
    if plan.sku is None:
        return None
    variant = Variant.objects.filter(sku=plan.sku, retired_at=None).first()
    if variant is None:
        raise UnknownVariant
    return variant


@requires_transaction
def write_version(
    row: Plan, plan: NewPlan, *, after: PlanVersion | None, variant: Variant | None, now: datetime
) -> PlanVersion:
    """Write terms as the version after another one of a locked plan."""
    version = row.versions.create(
        version=after.version + 1 if after else 1,
        created_at=now,
        title=plan.title,
        kind=plan.kind.value,
        interval_unit=plan.interval_unit.value,
        interval_count=plan.interval_count,
        trial_days=plan.trial_days,
        anchor_day=plan.anchor_day,
        variant=variant,
        feature=plan.feature,
        tax_category=plan.tax_category,
    )
    PlanPrice.objects.bulk_create(
        _price(version, currency, amount_minor, plan.charges_in(currency))
        for currency, amount_minor in sorted(plan.amounts_minor.items())
    )
    return version


def says(version: PlanVersion, plan: NewPlan) -> bool:
    """Tell whether a version has exactly these terms."""
    beside = {currency: plan.charges_in(currency) for currency in plan.amounts_minor}
    return written_terms(version) == replace(plan, charges_by_currency=beside)


def _price(
    version: PlanVersion, currency: str, amount_minor: int, beside: PlanCharges
) -> PlanPrice:
    return PlanPrice(
        plan_version=version,
        currency=currency,
        amount_minor=amount_minor,
        setup_fee_minor=beside.setup_fee_minor,
        minimum_minor=beside.minimum_minor,
        charges=to_plain(beside.charges),
        phases=to_plain(beside.phases),
    )


def written_terms(version: PlanVersion) -> NewPlan:
    """Give the terms of a version in the words they were written in."""
    prices = list(version.prices.all())
    return NewPlan(
        code=version.plan.code,
        title=version.title,
        kind=PlanKind(version.kind),
        interval_unit=IntervalUnit(version.interval_unit),
        interval_count=version.interval_count,
        trial_days=version.trial_days,
        anchor_day=version.anchor_day,
        sku=version.variant.sku if version.variant else None,
        feature=version.feature,
        tax_category=version.tax_category,
        amounts_minor={price.currency: price.amount_minor for price in prices},
        charges_by_currency={
            price.currency: PlanCharges(
                setup_fee_minor=price.setup_fee_minor,
                minimum_minor=price.minimum_minor,
                charges=from_plain(tuple[Charge, ...], price.charges),
                phases=from_plain(tuple[PlanPhase, ...], price.phases),
            )
            for price in prices
        },
    )
