"""Reads of plans, and their lock."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from commerce.catalog.plans.models import Plan, PlanPrice, PlanStatus, PlanVersion
from commerce.shared.db import requires_transaction
from commerce.shared.errors import Conflict, NotFound


class UnknownPlanId(NotFound):
    """There is no such plan."""

    code = "unknown_plan_id"


class PlanRetired(Conflict):
    """The plan has been retired, and that is for good."""

    code = "plan_retired"


@requires_transaction
def lock_plan(plan_id: UUID) -> Plan:
    """Raises `UnknownPlanId`."""
    plan = Plan.objects.select_for_update(no_key=True).filter(pk=plan_id).first()
    if plan is None:
        raise UnknownPlanId
    return plan


def plans_on_offer(*, currency: str) -> QuerySet[PlanVersion]:
    """The terms new subscribers get, of every plan with a price in `currency`.

    Each carries `code` and `amount_minor` beside its own columns.
    """
    published = PlanVersion.objects.filter(plan=OuterRef("plan"), published_at__isnull=False)
    price = PlanPrice.objects.filter(plan_version=OuterRef("pk"), currency=currency)
    return (
        PlanVersion.objects.filter(plan__status=PlanStatus.PUBLISHED)
        .filter(version=Subquery(published.order_by("-version").values("version")[:1]))
        .annotate(code=F("plan__code"), amount_minor=Subquery(price.values("amount_minor")))
        .filter(amount_minor__isnull=False)
        .select_related("variant", "plan")
    )
