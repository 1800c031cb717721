"""REST endpoints of subscriptions: read them, and cancel them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.billing.api.shapes import money_of
from commerce.billing.idempotency import IdempotencyRecord
from commerce.billing.subscriptions.cancel_subscription import cancel_subscription
from commerce.billing.subscriptions.change_payment_method import change_payment_method
from commerce.billing.subscriptions.models import Subscription, SubscriptionPeriod
from commerce.billing.subscriptions.queries import find_visible, visible_to
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.api.actors import actor_of
from commerce.shared.api.idempotent import idempotent
from commerce.shared.api.pages import BadQuery, check_query, keyset_page
from commerce.shared.api.serializers import (
    Input,
    MoneyOutput,
    Output,
    PageOutput,
    PublicIdField,
    many,
    read,
)

STATUSES: Final = Subscription.Status.values
# A year of months, and more than anybody looks back at on one screen.
PERIODS_SHOWN: Final = 12


class IntervalOutput(Output):
    unit = serializers.ChoiceField(choices=Subscription.IntervalUnit.values)
    count = serializers.IntegerField()


class SubscriptionOutput(Output):
    id = serializers.CharField(help_text="`sub_…`")
    status = serializers.ChoiceField(choices=STATUSES)
    plan = serializers.CharField(help_text="The plan's code.")
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=Subscription.Kind.values)
    sku = serializers.CharField(allow_null=True)
    feature = serializers.CharField(allow_null=True)
    quantity = serializers.IntegerField()
    unit_price = MoneyOutput(help_text="For one unit and one period, before tax.")
    interval = IntervalOutput()
    time_zone = serializers.CharField(help_text="Periods begin at its midnight.")
    current_period_start = serializers.DateTimeField()
    current_period_end = serializers.DateTimeField(help_text="Exclusive.")
    next_billing_at = serializers.DateTimeField(allow_null=True)
    cancel_at_period_end = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    trial_ends_at = serializers.DateTimeField(allow_null=True)
    canceled_at = serializers.DateTimeField(allow_null=True)
    payment_method = serializers.CharField(
        allow_null=True, help_text="`pm_…`; null: the customer's default card is charged."
    )


class PeriodOutput(Output):
    period_start = serializers.DateTimeField()
    period_end = serializers.DateTimeField(help_text="Exclusive.")
    invoice = serializers.CharField(help_text="`inv_…`")
    order = serializers.CharField(allow_null=True, help_text="`ord_…` that delivers the goods.")
    paid_at = serializers.DateTimeField(allow_null=True)
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    decline_code = serializers.CharField(allow_null=True)


class SubscriptionDetailOutput(SubscriptionOutput):
    periods = PeriodOutput(many=True, help_text=f"The last {PERIODS_SHOWN}, newest first.")


class SubscriptionPageOutput(PageOutput):
    data = many(SubscriptionOutput)


class Subscriptions(APIView):
    """GET /subscriptions"""

    scope = "subscriptions"

    @extend_schema(
        operation_id="list_subscriptions",
        summary="List your subscriptions, the newest first",
        parameters=[
            OpenApiParameter("filter[status]", enum=STATUSES),
            OpenApiParameter("limit", type={"type": "integer", "minimum": 1, "maximum": 100}),
            OpenApiParameter("cursor", type=str),
        ],
        responses=SubscriptionPageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"filter[status]", "limit", "cursor"})
        rows = visible_to(actor_of(request))
        wanted = request.query_params.get("filter[status]")
        if wanted is not None:
            if wanted not in STATUSES:
                raise BadQuery(f"filter[status] is one of {', '.join(STATUSES)}.")
            rows = rows.filter(status=wanted)
        return Response(
            keyset_page(
                rows,
                request.query_params,
                order_by=("-started_at", "-id"),
                render=render,
                scope=wanted or "",
            )
        )


class SubscriptionDetail(APIView):
    """GET /subscriptions/{subscription_id}"""

    scope = "subscriptions"

    @extend_schema(
        operation_id="get_subscription",
        summary="Read a subscription and its latest periods",
        responses=SubscriptionDetailOutput,
    )
    def get(self, request: Request, subscription_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        return Response(render_detail(find_visible(actor_of(request), subscription_id)))


class CancelSubscription(APIView):
    """POST /subscriptions/{subscription_id}/cancel"""

    class Body(Input):
        at = serializers.ChoiceField(
            choices=["period_end", "now"],
            default="period_end",
            help_text="`period_end`: keep what is paid for. `now`: end at once; nothing is refunded.",
        )

    @extend_schema(
        operation_id="cancel_subscription",
        summary="Cancel a subscription; canceling it again changes nothing",
        request=Body,
        responses=SubscriptionDetailOutput,
    )
    def post(self, request: Request, subscription_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        body = read(self.Body, request.data)
        found = find_visible(actor_of(request), subscription_id)
        canceled = cancel_subscription(
            subscription_id=found.id, at_period_end=body["at"] == "period_end", now=clock.now()
        )
        _audit(request, "cancel", canceled)
        return Response(render_detail(canceled))


class ChangePaymentMethod(APIView):
    """POST /subscriptions/{subscription_id}/payment-method"""

    class Body(Input):
        payment_method = PublicIdField(
            "pm", allow_null=True, help_text="`pm_…`, a card you keep here; null: your default."
        )

    @extend_schema(
        operation_id="change_subscription_payment_method",
        summary="Charge another card from now on, and what is overdue at once",
        request=Body,
        responses=SubscriptionDetailOutput,
    )
    @idempotent(IdempotencyRecord)
    def post(self, request: Request, subscription_id: UUID) -> Response:
        body = read(self.Body, request.data)
        found = find_visible(actor_of(request), subscription_id)
        changed = change_payment_method(
            subscription_id=found.id, payment_method_id=body["payment_method"], now=clock.now()
        )
        _audit(request, "change_payment_method", changed)
        return Response(render_detail(changed))


def _audit(request: Request, act: str, subscription: Subscription) -> None:
    """Note what staff do to a customer's subscription."""
    actor = actor_of(request)
    if actor.is_staff:
        identity.record_act(
            actor=actor,
            action=f"billing.subscription.{act}",
            subject=ids.encode("sub", subscription.id),
            now=clock.now(),
        )


def render(row: Subscription) -> dict[str, Any]:
    return {
        "id": ids.encode("sub", row.id),
        "status": row.status,
        "plan": row.plan_code,
        "title": row.title,
        "kind": row.kind,
        "sku": row.sku,
        "feature": row.feature,
        "quantity": row.quantity,
        "unit_price": money_of(row.unit_price),
        "interval": {"unit": row.interval_unit, "count": row.interval_count},
        "time_zone": row.time_zone,
        "current_period_start": row.current_period_start,
        "current_period_end": row.current_period_end,
        "next_billing_at": row.next_billing_at,
        "cancel_at_period_end": row.cancel_at_period_end,
        "started_at": row.started_at,
        "trial_ends_at": row.trial_ends_at,
        "canceled_at": row.canceled_at,
        "payment_method": row.payment_method_id and ids.encode("pm", row.payment_method_id),
    }


def render_detail(row: Subscription) -> dict[str, Any]:
    periods = row.periods.order_by("-period_start")[:PERIODS_SHOWN]
    return render(row) | {"periods": [_render_period(period) for period in periods]}


def _render_period(row: SubscriptionPeriod) -> dict[str, Any]:
    return {
        "period_start": row.period_start,
        "period_end": row.period_end,
        "invoice": ids.encode("inv", row.invoice_id),
        "order": row.order_id and ids.encode("ord", row.order_id),
        "paid_at": row.paid_at,
        "next_attempt_at": row.collect_at,
        "decline_code": row.decline_code or None,
    }
