"""REST endpoints of fulfilment orders, for the warehouse and for those who approve."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.fulfilment.api import shapes
from commerce.fulfilment.api.access import READERS, WAREHOUSE, record
from commerce.fulfilment.api.inputs import (
    LineInput,
    NoBody,
    ReasonInput,
    each_line_once,
    units_by_line,
)
from commerce.fulfilment.fulfilment_orders.approve_fulfilment_order import (
    approve_fulfilment_order,
)
from commerce.fulfilment.fulfilment_orders.cancel_units import cancel_units
from commerce.fulfilment.fulfilment_orders.hold_fulfilment_order import hold_fulfilment_order
from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.fulfilment_orders.queries import FulfilmentOrderNotFound, with_lines
from commerce.fulfilment.fulfilment_orders.release_fulfilment_order import (
    release_fulfilment_order,
)
from commerce.fulfilment.idempotency import IdempotencyRecord
from commerce.shared import clock, ids
from commerce.shared.api.actors import Staff
from commerce.shared.api.idempotent import idempotent
from commerce.shared.api.pages import BadQuery, check_query, keyset_page
from commerce.shared.api.serializers import PageOutput, many, read

STATUSES = FulfilmentOrder.Status.values


class FulfilmentOrderPageOutput(PageOutput):
    data = many(shapes.FulfilmentOrderOutput)


class FulfilmentOrders(APIView):
    """GET /fulfilment-orders"""

    permission_classes = [Staff]
    roles = READERS

    @extend_schema(
        operation_id="list_fulfilment_orders",
        summary="List what is to be delivered, the newest first",
        parameters=[
            OpenApiParameter("filter[status]", enum=STATUSES),
            OpenApiParameter("filter[order]", description="`ord_…`"),
            OpenApiParameter("limit", type={"type": "integer", "minimum": 1, "maximum": 100}),
            OpenApiParameter("cursor"),
        ],
        responses=FulfilmentOrderPageOutput,
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        check_query(query, allowed={"filter[status]", "filter[order]", "limit", "cursor"})
        wanted = _wanted(request)
        return Response(
            keyset_page(
                with_lines(FulfilmentOrder.objects.filter(**wanted)),
                query,
                order_by=("-id",),
                render=shapes.fulfilment_order,
                scope=str(wanted),
            )
        )


class FulfilmentOrderDetail(APIView):
    """GET /fulfilment-orders/{fulfilment_order_id}"""

    permission_classes = [Staff]
    roles = READERS

    @extend_schema(
        operation_id="get_fulfilment_order",
        summary="Read what is to be delivered for an order, and how far it is",
        responses=shapes.FulfilmentOrderOutput,
    )
    def get(self, request: Request, fulfilment_order_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        return _answer(fulfilment_order_id)


class ApproveFulfilmentOrder(APIView):
    """POST /fulfilment-orders/{fulfilment_order_id}/approve"""

    permission_classes = [Staff]
    roles = READERS

    @extend_schema(
        operation_id="approve_fulfilment_order",
        summary="Let go what needed an approval",
        request=NoBody,
        responses=shapes.FulfilmentOrderOutput,
    )
    def post(self, request: Request, fulfilment_order_id: UUID) -> Response:
        read(NoBody, request.data)
        now = clock.now()
        approve_fulfilment_order(fulfilment_order_id=fulfilment_order_id, now=now)
        record(request, "fulfilment_order.approve", ids.encode("fo", fulfilment_order_id), now=now)
        return _answer(fulfilment_order_id)


class HoldFulfilmentOrder(APIView):
    """POST /fulfilment-orders/{fulfilment_order_id}/hold"""

    permission_classes = [Staff]
    roles = READERS

    @extend_schema(
        operation_id="hold_fulfilment_order",
        summary="Keep an order back before packing begins",
        request=ReasonInput,
        responses=shapes.FulfilmentOrderOutput,
    )
    def post(self, request: Request, fulfilment_order_id: UUID) -> Response:
        values = read(ReasonInput, request.data)
        hold_fulfilment_order(fulfilment_order_id=fulfilment_order_id, **values)
        record(
            request,
            "fulfilment_order.hold",
            ids.encode("fo", fulfilment_order_id),
            now=clock.now(),
        )
        return _answer(fulfilment_order_id)


class ReleaseFulfilmentOrder(APIView):
    """POST /fulfilment-orders/{fulfilment_order_id}/release"""

    permission_classes = [Staff]
    roles = READERS

    @extend_schema(
        operation_id="release_fulfilment_order",
        summary="Let the warehouse go on",
        request=NoBody,
        responses=shapes.FulfilmentOrderOutput,
    )
    def post(self, request: Request, fulfilment_order_id: UUID) -> Response:
        read(NoBody, request.data)
        release_fulfilment_order(fulfilment_order_id=fulfilment_order_id)
        record(
            request,
            "fulfilment_order.release",
            ids.encode("fo", fulfilment_order_id),
            now=clock.now(),
        )
        return _answer(fulfilment_order_id)


class CancelUnits(APIView):
    """POST /fulfilment-orders/{fulfilment_order_id}/cancel"""

    permission_classes = [Staff]
    roles = WAREHOUSE

    class CancelInput(ReasonInput):
        lines = serializers.ListField(
            child=LineInput(),
            required=False,
            allow_null=True,
            min_length=1,
            max_length=100,
            help_text="What will not be delivered; without it, everything not yet packed.",
        )

        def validate_lines(self, lines: list[dict[str, Any]] | None) -> Any:
            each_line_once(lines or [])
            return lines

    @extend_schema(
        operation_id="cancel_fulfilment_units",
        summary="Decide that units will not be delivered; the customer gets the money back",
        request=CancelInput,
        responses=shapes.FulfilmentOrderOutput,
    )
    @idempotent(IdempotencyRecord)
    def post(self, request: Request, fulfilment_order_id: UUID) -> Response:
        values, now = read(self.CancelInput, request.data), clock.now()
        lines = values.get("lines")
        cancel_units(
            fulfilment_order_id=fulfilment_order_id,
            units_by_line=None if lines is None else units_by_line(lines),
            reason=values["reason"],
            reference=request.reference,  # type: ignore[attr-defined]  # set by @idempotent
            now=now,
        )
        record(request, "fulfilment_order.cancel", ids.encode("fo", fulfilment_order_id), now=now)
        return _answer(fulfilment_order_id)


def _wanted(request: Request) -> dict[str, object]:
    wanted: dict[str, object] = {}
    if (status := request.query_params.get("filter[status]")) is not None:
        if status not in STATUSES:
            raise BadQuery(f"filter[status] is one of {', '.join(STATUSES)}.")
        wanted["status"] = status
    if (order := request.query_params.get("filter[order]")) is not None:
        try:
            wanted["order_id"] = ids.decode("ord", order)
        except ids.InvalidId as failure:
            raise BadQuery("filter[order] is an id of an order, ord_….") from failure
    return wanted


def _answer(fulfilment_order_id: UUID) -> Response:
    order = with_lines(FulfilmentOrder.objects.filter(pk=fulfilment_order_id)).first()
    if order is None:
        raise FulfilmentOrderNotFound
    return Response(shapes.fulfilment_order(order))
