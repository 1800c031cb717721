"""REST endpoints that change orders: call one off, give money back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.billing.api import shapes
from commerce.billing.idempotency import IdempotencyRecord
from commerce.billing.orders.cancel_order import cancel_order
from commerce.billing.orders.models import Order
from commerce.billing.orders.queries import CANCELERS, find_for
from commerce.billing.orders.reasons import CANCEL_REASONS, REFUND_REASONS
from commerce.billing.orders.refund_order import refund_order
from commerce.billing.refunds.models import Refund
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.api.actors import GuestsToo, Staff, actor_of
from commerce.shared.api.idempotent import idempotent
from commerce.shared.api.serializers import (
    Input,
    MoneyInput,
    MoneyOutput,
    Output,
    PublicIdField,
    StrictBooleanField,
    StrictIntegerField,
    read,
)


class CancelInput(Input):
    reason = serializers.ChoiceField(choices=CANCEL_REASONS, default="customer")


class CancelOrder(APIView):
    """POST /orders/{order_id}/cancel"""

    permission_classes = [GuestsToo]

    @extend_schema(
        operation_id="cancel_order",
        summary="Call an order off before it ships; what was paid goes back",
        request=CancelInput,
        responses=shapes.OrderOutput,
    )
    @idempotent(IdempotencyRecord)
    def post(self, request: Request, order_id: UUID) -> Response:
        wish = read(CancelInput, request.data)
        find_for(request, order_id, roles=CANCELERS, scope=None)
        now = clock.now()
        order = cancel_order(order_id=order_id, reason=wish["reason"], now=now)
        if actor_of(request).is_staff:
            identity.record_act(
                actor=actor_of(request),
                action="billing.order.cancel",
                subject=ids.encode("ord", order_id),
                details={"reason": wish["reason"]},
                now=now,
            )
        return Response(shapes.order(order))


class RefundLineInput(Input):
    line = PublicIdField("ol")
    quantity = StrictIntegerField(min_value=1, max_value=1_000_000)


class RefundInput(Input):
    """Either units of lines, with or without delivery, or an amount."""

    lines = serializers.ListField(
        child=RefundLineInput(), required=False, allow_empty=False, max_length=100
    )
    delivery = StrictBooleanField(default=False)
    amount = MoneyInput(required=False)
    reason = serializers.ChoiceField(choices=REFUND_REASONS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        by_line = bool(attrs.get("lines") or attrs["delivery"])
        if by_line == ("amount" in attrs):
            raise serializers.ValidationError(
                "A refund is of lines and delivery, or of an amount.", code="one_of"
            )
        lines = [line["line"] for line in attrs.get("lines", [])]
        if len(set(lines)) != len(lines):
            raise serializers.ValidationError({"lines": ["A line is named twice."]})
        return attrs


class RefundOutput(Output):
    id = serializers.CharField(help_text="`re_…`")
    status = serializers.ChoiceField(choices=Refund.Status.values)
    amount = MoneyOutput()
    reason = serializers.CharField()
    order = serializers.CharField(help_text="`ord_…`")
    payment = serializers.CharField(help_text="`pay_…`")
    credit_note = serializers.CharField(allow_null=True, help_text="`cn_…`")
    created_at = serializers.DateTimeField()


class RefundOrder(APIView):
    """POST /orders/{order_id}/refunds"""

    permission_classes = [Staff]
    roles = ("finance", "support")

    @extend_schema(
        operation_id="refund_order",
        summary="Give money of an order back",
        request=RefundInput,
        responses={201: RefundOutput},
    )
    @idempotent(IdempotencyRecord)
    def post(self, request: Request, order_id: UUID) -> Response:
        wish = read(RefundInput, request.data)
        order = find_for(request, order_id)
        now = clock.now()
        refund = refund_order(
            order_id=order_id,
            reference=str(request.reference),  # type: ignore[attr-defined]  # set by @idempotent
            reason=wish["reason"],
            units_by_line={line["line"]: line["quantity"] for line in wish.get("lines", [])},
            with_delivery=wish["delivery"],
            amount=wish.get("amount"),
            now=now,
        )
        identity.record_act(
            actor=actor_of(request),
            action="billing.order.refund",
            subject=ids.encode("ord", order_id),
            details={"amount": str(refund.amount), "reason": wish["reason"]},
            now=now,
        )
        return Response(_refund(refund, order), status=HTTPStatus.CREATED)


def _refund(row: Refund, order: Order) -> dict[str, Any]:
    return {
        "id": ids.encode("re", row.id),
        "status": row.status,
        "amount": shapes.money_of(row.amount),
        "reason": row.reason,
        "order": ids.encode("ord", order.id),
        "payment": ids.encode("pay", row.payment_id),
        "credit_note": ids.encode("cn", row.credit_note_id) if row.credit_note_id else None,
        "created_at": row.created_at,
    }
