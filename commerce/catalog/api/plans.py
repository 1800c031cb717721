"""REST endpoints of plans: what is on offer for everybody, terms and their versions for staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import plan_shapes as shapes
from commerce.catalog.api.if_match import IF_MATCH, STALE
from commerce.catalog.api.listing_query import CURRENCY_PARAMETER, PAGE_PARAMETERS, currency_of
from commerce.catalog.api.permissions import CATALOG_STAFF, StaffChanges
from commerce.catalog.plans.change_plan import change_plan
from commerce.catalog.plans.create_plan import create_plan
from commerce.catalog.plans.models import Plan, PlanPrice, PlanVersion
from commerce.catalog.plans.publish_plan import publish_plan
from commerce.catalog.plans.queries import UnknownPlanId, find_plan, plans_on_offer, versions_of
from commerce.catalog.plans.retire_plan import retire_plan
from commerce.identity.interface import services as identity
from commerce.shared import clock
from commerce.shared.api.actors import Anybody, Staff, actor_of
from commerce.shared.api.etags import etag, is_unchanged, version_expected
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.api.serializers import read
from commerce.shared.ids import encode


class Plans(APIView):
    """GET and POST /plans"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = {404: "No variant has the SKU that is to be delivered."}

    @extend_schema(
        operation_id="list_plans",
        summary="List what can be subscribed to, with the terms new subscribers get",
        parameters=[CURRENCY_PARAMETER, *PAGE_PARAMETERS],
        responses=shapes.PlanPageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"currency", "limit", "cursor"})
        currency = currency_of(request.query_params)
        return Response(
            keyset_page(
                plans_on_offer(currency=currency),
                request.query_params,
                order_by=("plan_id",),
                render=lambda row: _offer(row, currency),
                scope=currency,
            )
        )

    @extend_schema(
        operation_id="create_plan",
        summary="Write the first terms of a plan; it stays a draft until it is published",
        request=shapes.PlanInput,
        responses={201: shapes.PlanDetailOutput},
    )
    def post(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        values = read(shapes.PlanInput, request.data)
        created = create_plan(plan=shapes.new_plan(values, code=values["code"]), now=clock.now())
        return _changed(request, "create", created.plan_id, status=201)


class PlanOnOffer(APIView):
    """GET /plans/{plan_id}"""

    permission_classes = [Anybody]

    @extend_schema(
        operation_id="get_plan",
        summary="Read the terms that new subscribers of a plan get",
        parameters=[CURRENCY_PARAMETER],
        responses={
            200: shapes.PlanOutput,
            304: OpenApiResponse(description="It is still what `If-None-Match` names."),
        },
    )
    def get(self, request: Request, plan_id: UUID) -> Response:
        check_query(request.query_params, allowed={"currency"})
        currency = currency_of(request.query_params)
        found = plans_on_offer(currency=currency).filter(plan=plan_id).first()
        if found is None:
            raise UnknownPlanId
        tag = {"ETag": etag(found.plan.revision)}
        if is_unchanged(request, version=found.plan.revision):
            return Response(status=304, headers=tag)
        return Response(_offer(found, currency), headers=tag)


class PlanVersions(APIView):
    """GET and POST /plans/{plan_id}/versions"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="list_plan_versions",
        summary="List all terms a plan ever had, the newest first; drafts among them",
        parameters=PAGE_PARAMETERS,
        responses=shapes.PlanVersionPageOutput,
    )
    def get(self, request: Request, plan_id: UUID) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        plan = find_plan(plan_id)
        page = keyset_page(
            versions_of(plan_id),
            request.query_params,
            order_by=("-version",),
            render=_version,
            scope=str(plan_id),
        )
        return Response(page, headers={"ETag": etag(plan.revision)})

    @extend_schema(
        operation_id="change_plan",
        summary="Write new terms; nobody gets them before they are published",
        parameters=[IF_MATCH],
        request=shapes.PlanTermsInput,
        responses={201: shapes.PlanDetailOutput},
    )
    def post(self, request: Request, plan_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        expected = version_expected(request, required=True)
        values = read(shapes.PlanTermsInput, request.data)
        terms = shapes.new_plan(values, code=find_plan(plan_id).code)
        change_plan(plan=terms, expected_revision=expected, now=clock.now())
        return _changed(request, "change", plan_id, status=201)


class PublishPlan(APIView):
    """POST /plans/{plan_id}/publish"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="publish_plan",
        summary="Offer the newest terms; those who subscribed keep theirs",
        parameters=[IF_MATCH],
        request=None,
        responses=shapes.PlanDetailOutput,
    )
    def post(self, request: Request, plan_id: UUID) -> Response:
        return _act(request, "publish", publish_plan, plan_id)


class RetirePlan(APIView):
    """POST /plans/{plan_id}/retire"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="retire_plan",
        summary="Offer it to nobody new, for good; running subscriptions go on",
        parameters=[IF_MATCH],
        request=None,
        responses=shapes.PlanDetailOutput,
    )
    def post(self, request: Request, plan_id: UUID) -> Response:
        return _act(request, "retire", retire_plan, plan_id)


def _act(request: Request, verb: str, act: Callable[..., Plan], plan_id: UUID) -> Response:
    check_query(request.query_params, allowed=set())
    expected = version_expected(request, required=True)
    act(plan_id=plan_id, expected_revision=expected, now=clock.now())
    return _changed(request, verb, plan_id)


def _changed(request: Request, verb: str, plan_id: UUID, *, status: int = 200) -> Response:
    """Note who of the staff did it, and answer with the plan as it is now."""
    identity.record_act(
        actor=actor_of(request),
        action=f"catalog.plan.{verb}",
        subject=encode("plan", plan_id),
        now=clock.now(),
    )
    plan = find_plan(plan_id)
    return Response(_detail(plan), status=status, headers={"ETag": etag(plan.revision)})


def _detail(plan: Plan) -> dict[str, Any]:
    return {
        "id": encode("plan", plan.pk),
        "code": plan.code,
        "status": plan.status,
        "published_at": plan.published_at,
        "retired_at": plan.retired_at,
        "newest": _version(versions_of(plan.pk).latest("version")),
    }


def _terms(row: PlanVersion) -> dict[str, Any]:
    return {
        "version": row.version,
        "title": row.title,
        "kind": row.kind,
        "interval_unit": row.interval_unit,
        "interval_count": row.interval_count,
        "trial_days": row.trial_days,
        "anchor_day": row.anchor_day,
        "sku": row.variant.sku if row.variant else None,
        "feature": row.feature,
    }


def _offer(row: Any, currency: str) -> dict[str, Any]:
    return _terms(row) | {
        "id": encode("plan", row.plan_id),
        "code": row.plan.code,
        "price": {"amount": row.amount_minor, "currency": currency},
        "setup_fee": {"amount": row.setup_fee_minor, "currency": currency},
        "minimum": {"amount": row.minimum_minor, "currency": currency},
        "charges": row.charges,
        "phases": row.phases,
    }


def _version(row: PlanVersion) -> dict[str, Any]:
    return _terms(row) | {
        "tax_category": row.tax_category,
        "created_at": row.created_at,
        "published_at": row.published_at,
        "prices": [_price(price) for price in row.prices.all()],
    }


def _price(row: PlanPrice) -> dict[str, Any]:
    return {
        "currency": row.currency,
        "amount_minor": row.amount_minor,
        "setup_fee_minor": row.setup_fee_minor,
        "minimum_minor": row.minimum_minor,
        "charges": row.charges,
        "phases": row.phases,
    }
