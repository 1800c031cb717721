"""Publish a plan: from now on its latest terms are what new subscribers get."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.plans.models import Plan, PlanStatus
from commerce.catalog.plans.queries import PlanRetired, check_revision, lock_plan


def publish_plan(*, plan_id: UUID, expected_revision: int | None = None, now: datetime) -> Plan:
    """Offer the latest version. Calling it again changes nothing.

    Raises:
        UnknownPlanId: there is none.
        Stale: it has changed since `expected_revision`.
        PlanRetired: it is not offered any more.
    """
    with transaction.atomic(durable=True):
        plan = lock_plan(plan_id)
        check_revision(plan, expected_revision)
        if plan.status == PlanStatus.RETIRED:
            raise PlanRetired

        latest = plan.versions.latest("version")
        if latest.published_at is not None:
            return plan
        latest.published_at = now
        latest.save(update_fields=["published_at"])
        if plan.status == PlanStatus.DRAFT:
            plan.publish(at=now)
        plan.revision += 1
        plan.save(update_fields=["status", "published_at", "revision"])
    return plan
