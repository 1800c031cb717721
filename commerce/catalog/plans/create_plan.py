"""Create a plan: a code one will subscribe to, with its first terms."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.catalog.plans.models import Plan, PlanVersion
from commerce.catalog.plans.terms import NewPlan, check_plan
from commerce.catalog.plans.version_rows import says, variant_of, write_version
from commerce.shared.errors import Conflict


class PlanCodeTaken(Conflict):
    """There is a plan with this code, on other terms."""

    code = "plan_code_taken"

    def __init__(self, *, plan: str) -> None:
        super().__init__(f"{plan} exists already; write a new version of it")
        self.plan = plan


def create_plan(*, plan: NewPlan, now: datetime) -> PlanVersion:
    """Store a plan's first terms; publishing them is a step of its own.

    Calling it again returns the newest version, if that says the same.

    Raises:
        InvalidField: the terms contradict a rule.
        UnknownVariant: no variant has the SKU that is to be delivered.
        PlanCodeTaken: the code has other terms already.
    """
    check_plan(plan)
    variant = variant_of(plan)

    with transaction.atomic(durable=True):
        row, _ = Plan.objects.select_for_update(no_key=True).get_or_create(
            code=plan.code, defaults={"created_at": now}
        )
        newest = row.versions.order_by("-version").first()
        if newest is None:
            return write_version(row, plan, after=None, variant=variant, now=now)
        if not says(newest, plan):
            raise PlanCodeTaken(plan=plan.code)
    return newest
