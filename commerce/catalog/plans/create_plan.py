"""Write the terms of a plan: a new plan, or a new version of one that exists."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.catalog.interface.dto import IntervalUnit, PlanKind
from commerce.catalog.plans.models import Plan, PlanPrice, PlanStatus, PlanVersion
from commerce.catalog.plans.queries import PlanRetired
from commerce.catalog.plans.terms import NewPlan, check_plan
from commerce.catalog.products.models import Variant
from commerce.catalog.products.queries import UnknownVariant


def create_plan(*, plan: NewPlan, now: datetime) -> PlanVersion:
    """Store terms under the plan's code; publishing them is a step of its own.

    The same terms again return the version that has them. Other terms become a new version:
    subscribers keep what they agreed to.

    Raises:
        InvalidField: the terms contradict a rule.
        UnknownVariant: no variant has the SKU that is to be delivered.
        PlanRetired: the plan is not offered any more.
    """
    check_plan(plan)
    variant = None
    if plan.sku is not None:
        variant = Variant.objects.filter(sku=plan.sku, retired_at=None).first()
        if variant is None:
            raise UnknownVariant

    with transaction.atomic(durable=True):
        row, _ = Plan.objects.select_for_update(no_key=True).get_or_create(
            code=plan.code, defaults={"created_at": now}
        )
        if row.status == PlanStatus.RETIRED:
            raise PlanRetired
        latest = row.versions.order_by("-version").first()
        if latest is not None and _terms_of(latest) == plan:
            return latest

        version = row.versions.create(
            version=latest.version + 1 if latest else 1,
            created_at=now,
            title=plan.title,
            kind=plan.kind.value,
            interval_unit=plan.interval_unit.value,
            interval_count=plan.interval_count,
            trial_days=plan.trial_days,
            variant=variant,
            feature=plan.feature,
            tax_category=plan.tax_category,
        )
        PlanPrice.objects.bulk_create(
            PlanPrice(plan_version=version, currency=currency, amount_minor=amount_minor)
            for currency, amount_minor in sorted(plan.amounts_minor.items())
        )
    return version


def _terms_of(version: PlanVersion) -> NewPlan:
    return NewPlan(
        code=version.plan.code,
        title=version.title,
        kind=PlanKind(version.kind),
        interval_unit=IntervalUnit(version.interval_unit),
        interval_count=version.interval_count,
        trial_days=version.trial_days,
        sku=version.variant.sku if version.variant else None,
        feature=version.feature,
        tax_category=version.tax_category,
        amounts_minor={price.currency: price.amount_minor for price in version.prices.all()},
    )
