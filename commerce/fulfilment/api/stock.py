"""REST endpoints of the stock, for the warehouse: what is where, and what came or went."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.fulfilment.api import shapes
from commerce.fulfilment.api.access import WAREHOUSE, record
from commerce.fulfilment.api.inputs import UNITS_MAX
from commerce.fulfilment.idempotency import IdempotencyRecord
from commerce.fulfilment.inventory.adjust_stock import ADJUSTMENT_REASONS, adjust_stock
from commerce.fulfilment.inventory.models import MovementReason
from commerce.fulfilment.inventory.queries import stock_levels
from commerce.fulfilment.inventory.receive_stock import StockReceipt, receive_stock
from commerce.shared import clock
from commerce.shared.api.actors import Staff
from commerce.shared.api.idempotent import idempotent
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.api.serializers import (
    Input,
    PageOutput,
    StrictCharField,
    StrictIntegerField,
    many,
    read,
)

REASONS = sorted({MovementReason.RECEIVED, *ADJUSTMENT_REASONS})


class StockLevelPageOutput(PageOutput):
    data = many(shapes.StockLevelOutput)


class StockLevels(APIView):
    """GET /stock-levels"""

    permission_classes = [Staff]
    roles = ("warehouse", "support", "catalog")
    scope = "stock"

    @extend_schema(
        operation_id="list_stock_levels",
        summary="List what is at each location, by SKU",
        parameters=[
            OpenApiParameter("filter[sku]"),
            OpenApiParameter("filter[location]", description="The location's code."),
            OpenApiParameter("limit", type={"type": "integer", "minimum": 1, "maximum": 100}),
            OpenApiParameter("cursor"),
        ],
        responses=StockLevelPageOutput,
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        check_query(query, allowed={"filter[sku]", "filter[location]", "limit", "cursor"})
        sku, location = query.get("filter[sku]"), query.get("filter[location]")
        return Response(
            keyset_page(
                stock_levels(sku=sku, location=location),
                query,
                order_by=("sku", "id"),
                render=shapes.stock_level,
                scope=f"{sku!r} {location!r}",
            )
        )


class StockMovements(APIView):
    """POST /stock-movements"""

    permission_classes = [Staff]
    roles = WAREHOUSE
    scope = "stock"

    class MovementInput(Input):
        location = StrictCharField(max_length=50, help_text="The location's code.")
        sku = StrictCharField(max_length=100)
        quantity = StrictIntegerField(
            min_value=-UNITS_MAX, max_value=UNITS_MAX, help_text="What came; negative, what went."
        )
        reason = serializers.ChoiceField(choices=REASONS)
        note = StrictCharField(max_length=500, required=False, allow_blank=True, default="")
        expected_on_hand = StrictIntegerField(
            required=False,
            allow_null=True,
            default=None,
            min_value=0,
            max_value=2**53,
            help_text="Adjust only if this many are on hand.",
        )

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            if attrs["quantity"] == 0:
                raise serializers.ValidationError({"quantity": "Nothing would move."})
            if attrs["reason"] == MovementReason.RECEIVED:
                if attrs["quantity"] < 0:
                    raise serializers.ValidationError({"quantity": "A delivery brings units."})
                if attrs["expected_on_hand"] is not None:
                    raise serializers.ValidationError({"expected_on_hand": "Only for adjustments."})
            return attrs

    @extend_schema(
        operation_id="move_stock",
        summary="Book units that came, went or were found to be others than the books say",
        request=MovementInput,
        responses={201: shapes.StockLevelOutput},
    )
    @idempotent(IdempotencyRecord)
    def post(self, request: Request) -> Response:
        values, now = read(self.MovementInput, request.data), clock.now()
        reference = str(request.reference)  # type: ignore[attr-defined]  # set by @idempotent
        if values["reason"] == MovementReason.RECEIVED:
            receipt = StockReceipt(
                location=values["location"],
                sku=values["sku"],
                units=values["quantity"],
                reference=reference,
                note=values["note"],
            )
            receive_stock([receipt], now=now)
        else:
            values["reason"] = MovementReason(values["reason"])
            adjust_stock(**values, reference=reference, now=now)
        level = stock_levels(sku=values["sku"], location=values["location"]).get()
        record(
            request,
            "stock.move",
            values["sku"],
            now=now,
            location=values["location"],
            quantity=values["quantity"],
            reason=str(values["reason"]),
        )
        return Response(shapes.stock_level(level), status=status.HTTP_201_CREATED)
