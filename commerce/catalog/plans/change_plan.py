"""Change a plan: write new terms beside the old ones, which those who subscribed keep."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.catalog.plans.models import PlanStatus, PlanVersion
from commerce.catalog.plans.queries import PlanRetired, check_revision, lock_plan_of_code
from commerce.catalog.plans.terms import NewPlan, check_plan
from commerce.catalog.plans.version_rows import says, variant_of, write_version


def change_plan(
    *, plan: NewPlan, expected_revision: int | None = None, now: datetime
) -> PlanVersion:
    """Store other terms as a new version of the plan with this code; nobody is offered it yet.

    The terms of the newest version again return that one.

    Raises:
        InvalidField: the terms contradict a rule.
        UnknownVariant: no variant has the SKU that is to be delivered.
        UnknownPlanId: there is no plan with this code.
        Stale: it has changed since `expected_revision`.
        PlanRetired: it is not offered any more.
    """
    check_plan(plan)
    variant = variant_of(plan)

    with transaction.atomic(durable=True):
        row = lock_plan_of_code(plan.code)
        check_revision(row, expected_revision)
        if row.status == PlanStatus.RETIRED:
            raise PlanRetired
        newest = row.versions.latest("version")
        if says(newest, plan):
            return newest
        row.revision += 1
        row.save(update_fields=["revision"])
        return write_version(row, plan, after=newest, variant=variant, now=now)
