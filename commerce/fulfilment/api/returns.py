"""REST endpoints of returns: a customer announces them, the warehouse takes them in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.fulfilment.api import shapes
from commerce.fulfilment.api.access import READERS, WAREHOUSE, is_reader, may_see, record
from commerce.fulfilment.api.inputs import (
    UNITS_MAX,
    LineInput,
    NoBody,
    ReasonInput,
    each_line_once,
    units_by_line,
)
from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.idempotency import IdempotencyRecord
from commerce.fulfilment.returns.approve_return import approve_return
from commerce.fulfilment.returns.close_return import close_return
from commerce.fulfilment.returns.models import Return
from commerce.fulfilment.returns.queries import ReturnNotFound, with_lines
from commerce.fulfilment.returns.receive_return import ReceivedUnits, receive_return
from commerce.fulfilment.returns.reject_return import reject_return
from commerce.fulfilment.returns.request_return import request_return
from commerce.shared import clock, ids
from commerce.shared.api.actors import GuestsToo, SignedIn, Staff, actor_of
from commerce.shared.api.idempotent import idempotent
from commerce.shared.api.pages import BadQuery, check_query, keyset_page
from commerce.shared.api.serializers import (
    Input,
    PageOutput,
    PublicIdField,
    StrictCharField,
    StrictIntegerField,
    many,
    read,
)
from commerce.shared.errors import NotFound

STATUSES = Return.Status.values


class ReturnPageOutput(PageOutput):
    data = many(shapes.ReturnOutput)


class Returns(APIView):
    """GET and POST /returns"""

    def get_permissions(self) -> list[Any]:
        # A guest has no list, but may announce a return with the order's secret.
        return [GuestsToo()] if self.request.method == "POST" else [SignedIn()]

    class ReturnInput(Input):
        order = PublicIdField("ord", help_text="`ord_…`")
        reason = StrictCharField(max_length=500)
        lines = serializers.ListField(child=LineInput(), min_length=1, max_length=100)

        def validate_lines(self, lines: list[dict[str, Any]]) -> Any:
            each_line_once(lines)
            return lines

    @extend_schema(
        operation_id="list_returns",
        summary="List your returns, the newest first; staff see everybody's",
        parameters=[
            OpenApiParameter("filter[status]", enum=STATUSES),
            OpenApiParameter("limit", type={"type": "integer", "minimum": 1, "maximum": 100}),
            OpenApiParameter("cursor"),
        ],
        responses=ReturnPageOutput,
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        check_query(query, allowed={"filter[status]", "limit", "cursor"})
        rows = _visible_to(request)
        if (wanted := query.get("filter[status]")) is not None:
            if wanted not in STATUSES:
                raise BadQuery(f"filter[status] is one of {', '.join(STATUSES)}.")
            rows = rows.filter(status=wanted)
        return Response(
            keyset_page(
                with_lines(rows),
                query,
                order_by=("-id",),
                render=shapes.customer_return,
                scope=f"{actor_of(request).user_id} {wanted}",
            )
        )

    @extend_schema(
        operation_id="request_return",
        summary="Announce units you want to send back",
        request=ReturnInput,
        responses={201: shapes.ReturnOutput},
    )
    @idempotent(IdempotencyRecord)
    def post(self, request: Request) -> Response:
        values = read(self.ReturnInput, request.data)
        order = FulfilmentOrder.objects.filter(order_id=values["order"]).first()
        if order is None or not may_see(request, order):
            raise NotFound
        requested = request_return(
            fulfilment_order_id=order.id,
            units_by_line=units_by_line(values["lines"]),
            reason=values["reason"],
            reference=request.reference,  # type: ignore[attr-defined]  # set by @idempotent
            now=clock.now(),
        )
        return Response(_shape(requested.id), status=status.HTTP_201_CREATED)


class ReturnDetail(APIView):
    """GET /returns/{return_id}"""

    permission_classes = [GuestsToo]

    @extend_schema(
        operation_id="get_return",
        summary="See how far a return is: its customer, the guest with the order's secret, staff",
        responses=shapes.ReturnOutput,
    )
    def get(self, request: Request, return_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        found = with_lines(Return.objects.filter(pk=return_id)).first()
        if found is None or not may_see(request, found.fulfilment_order):
            raise ReturnNotFound
        return Response(shapes.customer_return(found))


class ApproveReturn(APIView):
    """POST /returns/{return_id}/approve"""

    permission_classes = [Staff]
    roles = READERS

    @extend_schema(
        operation_id="approve_return",
        summary="Let the customer send it",
        request=NoBody,
        responses=shapes.ReturnOutput,
    )
    def post(self, request: Request, return_id: UUID) -> Response:
        read(NoBody, request.data)
        now = clock.now()
        approve_return(return_id=return_id, now=now)
        record(request, "return.approve", ids.encode("ret", return_id), now=now)
        return Response(_shape(return_id))


class RejectReturn(APIView):
    """POST /returns/{return_id}/reject"""

    permission_classes = [Staff]
    roles = READERS

    @extend_schema(
        operation_id="reject_return",
        summary="Say no, or note that it never came",
        request=ReasonInput,
        responses=shapes.ReturnOutput,
    )
    def post(self, request: Request, return_id: UUID) -> Response:
        values, now = read(ReasonInput, request.data), clock.now()
        reject_return(return_id=return_id, reason=values["reason"], now=now)
        record(request, "return.reject", ids.encode("ret", return_id), now=now)
        return Response(_shape(return_id))


class ReceiveReturn(APIView):
    """POST /returns/{return_id}/receive"""

    permission_classes = [Staff]
    roles = WAREHOUSE

    class ReceiveInput(Input):
        class ReceivedLineInput(Input):
            line = PublicIdField("ol", help_text="The order line, `ol_…`.")
            restocked = StrictIntegerField(
                min_value=0, max_value=UNITS_MAX, default=0, help_text="As good as new."
            )
            written_off = StrictIntegerField(
                min_value=0, max_value=UNITS_MAX, default=0, help_text="Not to be sold again."
            )

        location = StrictCharField(
            max_length=50,
            required=False,
            allow_null=True,
            default=None,
            help_text="The code of where it arrived; without it, where it was shipped from.",
        )
        lines = serializers.ListField(
            child=ReceivedLineInput(),
            required=False,
            allow_null=True,
            default=None,
            min_length=1,
            max_length=100,
            help_text="What arrived; without it, all that was announced, as good as new.",
        )

        def validate_lines(self, lines: list[dict[str, Any]] | None) -> Any:
            each_line_once(lines or [])
            return lines

    @extend_schema(
        operation_id="receive_return",
        summary="Book what came back; the customer gets the money back for it",
        request=ReceiveInput,
        responses=shapes.ReturnOutput,
    )
    @idempotent(IdempotencyRecord)
    def post(self, request: Request, return_id: UUID) -> Response:
        values, now = read(self.ReceiveInput, request.data), clock.now()
        lines = values["lines"]
        receive_return(
            return_id=return_id,
            location=values["location"],
            units_by_line=None if lines is None else _received_units(lines),
            now=now,
        )
        record(request, "return.receive", ids.encode("ret", return_id), now=now)
        return Response(_shape(return_id))


class CloseReturn(APIView):
    """POST /returns/{return_id}/close"""

    permission_classes = [Staff]
    roles = READERS

    @extend_schema(
        operation_id="close_return",
        summary="Take a received return off the list",
        request=NoBody,
        responses=shapes.ReturnOutput,
    )
    def post(self, request: Request, return_id: UUID) -> Response:
        read(NoBody, request.data)
        now = clock.now()
        close_return(return_id=return_id, now=now)
        record(request, "return.close", ids.encode("ret", return_id), now=now)
        return Response(_shape(return_id))


def _received_units(lines: list[dict[str, Any]]) -> dict[UUID, ReceivedUnits]:
    return {
        line["line"]: ReceivedUnits(restocked=line["restocked"], written_off=line["written_off"])
        for line in lines
    }


def _visible_to(request: Request) -> QuerySet[Return]:
    if is_reader(request):
        return Return.objects.all()
    return Return.objects.filter(fulfilment_order__user_id=actor_of(request).user_id)


def _shape(return_id: UUID) -> dict[str, Any]:
    return shapes.customer_return(with_lines(Return.objects.filter(pk=return_id)).get())
