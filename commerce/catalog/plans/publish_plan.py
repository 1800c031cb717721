"""Publish a plan: from now on its latest terms are what new subscribers get."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.plans.models import Plan, PlanStatus
from commerce.catalog.plans.queries import PlanRetired, check_revision, lock_plan
from commerce.catalog.products.models import Variant
from commerce.shared.errors import Conflict


class PlanGoodsNotShipped(Conflict):
    """A plan of goods sends a parcel each period; what it names is not shipped."""

    code = "plan_goods_not_shipped"


def publish_plan(*, plan_id: UUID, expected_revision: int | None = None, now: datetime) -> Plan:
    """Offer the latest version. Calling it again changes nothing.

    Raises:
        UnknownPlanId: there is none.
        Stale: it has changed since `expected_revision`.
        PlanRetired: it is not offered any more.
        PlanGoodsNotShipped: there would be nothing to send each period.
    """
    with transaction.atomic(durable=True):
        plan = lock_plan(plan_id)
        check_revision(plan, expected_revision)
        if plan.status == PlanStatus.RETIRED:
            raise PlanRetired

        latest = plan.versions.latest("version")
        if latest.published_at is not None:
            return plan
        if latest.variant is not None and not _is_shipped(latest.variant):
            raise PlanGoodsNotShipped
        latest.published_at = now
        latest.save(update_fields=["published_at"])
        if plan.status == PlanStatus.DRAFT:
            plan.publish(at=now)
        plan.revision += 1
        plan.save(update_fields=["status", "published_at", "revision"])
    return plan


def _is_shipped(variant: Variant) -> bool:
    """Tell whether it, or something in it, is sent; a quote asks again, for it may change."""
    parts = list(variant.components.values_list("component__requires_shipping", flat=True))
    return any(parts) if parts else variant.requires_shipping
