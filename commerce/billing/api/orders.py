"""REST endpoints of orders: read them, and their timeline."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.billing.api import shapes
from commerce.billing.orders.models import Order, OrderEvent
from commerce.billing.orders.queries import find_for, visible_to, with_everything
from commerce.shared.api.actors import GuestsToo, actor_of
from commerce.shared.api.pages import BadQuery, check_query, keyset_page
from commerce.shared.api.serializers import Output, PageOutput, many

FILTERS = {
    "status": Order.Status.values,
    "payment_status": Order.PaymentStatus.values,
    "fulfilment_status": Order.FulfilmentStatus.values,
}


class OrderPageOutput(PageOutput):
    data = many(shapes.OrderOutput)


class EventOutput(Output):
    kind = serializers.CharField()
    data = serializers.JSONField(help_text="Ids and amounts.")  # type: ignore[assignment]  # a field of that name, not DRF's property
    occurred_at = serializers.DateTimeField()


class TimelineOutput(Output):
    data = many(EventOutput, help_text="Oldest first.")


class Orders(APIView):
    """GET /orders"""

    scope = "orders"

    @extend_schema(
        operation_id="list_orders",
        summary="List your orders, the newest first; staff see everybody's",
        parameters=[
            *(OpenApiParameter(f"filter[{name}]", enum=known) for name, known in FILTERS.items()),
            OpenApiParameter("limit", type={"type": "integer", "minimum": 1, "maximum": 100}),
            OpenApiParameter("cursor", type=str),
        ],
        responses=OrderPageOutput,
    )
    def get(self, request: Request) -> Response:
        names = {f"filter[{name}]" for name in FILTERS}
        check_query(request.query_params, allowed={*names, "limit", "cursor"})
        wanted = _wanted(request)
        return Response(
            keyset_page(
                visible_to(actor_of(request)).filter(**wanted),
                request.query_params,
                order_by=("-placed_at", "-id"),
                render=shapes.order,
                scope=str(sorted(wanted.items())),
            )
        )


class OrderDetail(APIView):
    """GET /orders/{order_id}"""

    permission_classes = [GuestsToo]

    @extend_schema(
        operation_id="get_order",
        summary="Read an order: its customer, the guest with its secret, staff",
        responses=shapes.OrderDetailOutput,
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        order = find_for(request, order_id, rows=with_everything(Order.objects.all()))
        return Response(shapes.order_detail(order))


class OrderTimeline(APIView):
    """GET /orders/{order_id}/timeline"""

    permission_classes = [GuestsToo]

    @extend_schema(
        operation_id="get_order_timeline",
        summary="Read what has happened to an order so far",
        responses=TimelineOutput,
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        order = find_for(request, order_id)
        events = order.events.order_by("occurred_at", "id")
        return Response({"data": [_event(event) for event in events]})


def _wanted(request: Request) -> dict[str, str]:
    wanted = {}
    for name, known in FILTERS.items():
        value = request.query_params.get(f"filter[{name}]")
        if value is None:
            continue
        if value not in known:
            raise BadQuery(f"filter[{name}] is one of {', '.join(known)}.")
        wanted[name] = value
    return wanted


def _event(row: OrderEvent) -> dict[str, Any]:
    return {"kind": row.kind, "data": row.data, "occurred_at": row.occurred_at}
