"""Retire a plan: nobody new can subscribe to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.plans.models import Plan, PlanStatus
from commerce.catalog.plans.queries import check_revision, lock_plan


def retire_plan(*, plan_id: UUID, expected_revision: int | None = None, now: datetime) -> Plan:
    """Stop offering a plan for good; those who subscribed keep their terms.

    Calling it again changes nothing.

    Raises:
        UnknownPlanId: there is none.
        Stale: it has changed since `expected_revision`.
    """
    with transaction.atomic(durable=True):
        plan = lock_plan(plan_id)
        check_revision(plan, expected_revision)
        if plan.status != PlanStatus.RETIRED:
            plan.retire(at=now)
            plan.revision += 1
            plan.save(update_fields=["status", "retired_at", "revision"])
    return plan
