"""Reads of plans, and their lock."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from commerce.catalog.plans.models import Plan, PlanStatus, PlanVersion
from commerce.shared.db import requires_transaction
from commerce.shared.errors import Conflict, NotFound, Stale

PRICE_COLUMNS: Final = ("amount_minor", "setup_fee_minor", "minimum_minor", "charges", "phases")


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


@requires_transaction
def lock_plan_of_code(code: str) -> Plan:
    """Raises `UnknownPlanId`."""
    plan = Plan.objects.select_for_update(no_key=True).filter(code=code).first()
    if plan is None:
        raise UnknownPlanId
    return plan


def check_revision(plan: Plan, expected: int | None) -> None:
    """Raises `Stale`: somebody else has changed the plan since it was read."""
    if expected is not None and plan.revision != expected:
        raise Stale(current_version=plan.revision)


def plans_on_offer(*, currency: str) -> QuerySet[PlanVersion]:
    """The terms new subscribers get, of every plan with a price in `currency`.

    Each carries its plan, and the columns of its price (`in_currency`) beside its own.
    """
    published = PlanVersion.objects.filter(plan=OuterRef("plan"), published_at__isnull=False)
    newest = Subquery(published.order_by("-version").values("version")[:1])
    return in_currency(
        PlanVersion.objects.filter(plan__status=PlanStatus.PUBLISHED, version=newest), currency
    )


def in_currency(versions: QuerySet[PlanVersion], currency: str) -> QuerySet[PlanVersion]:
    """Those with a price in a currency, each with the columns of that price, in one statement."""
    return (
        versions.annotate(
            price=FilteredRelation("prices", condition=Q(prices__currency=currency)),
            **{name: F(f"price__{name}") for name in PRICE_COLUMNS},
        )
        .filter(price__isnull=False)
        .select_related("variant", "plan")
    )


def find_plan(plan_id: UUID) -> Plan:
    """Raises `UnknownPlanId`."""
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise UnknownPlanId
    return plan


def versions_of(plan_id: UUID) -> QuerySet[PlanVersion]:
    """Every set of terms of a plan with its prices, drafts among them."""
    return (
        PlanVersion.objects.filter(plan=plan_id)
        .select_related("variant")
        .prefetch_related("prices")
    )
