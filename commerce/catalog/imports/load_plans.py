"""Load plans from outside, and offer them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from commerce.catalog.plans.change_plan import change_plan
from commerce.catalog.plans.create_plan import create_plan
from commerce.catalog.plans.models import Plan, PlanStatus
from commerce.catalog.plans.publish_plan import publish_plan
from commerce.catalog.plans.terms import NewPlan


def load_plans(*, plans: Iterable[NewPlan], now: datetime) -> int:
    """Create and publish what is missing, and say how many that were.

    A plan that was offered once is left as staff have made it.
    """
    loaded = 0
    for plan in plans:
        known = Plan.objects.filter(code=plan.code).first()
        if known is not None and known.status != PlanStatus.DRAFT:
            continue
        version = (change_plan if known else create_plan)(plan=plan, now=now)
        publish_plan(plan_id=version.plan_id, now=now)
        loaded += 1
    return loaded
