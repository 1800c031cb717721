"""REST endpoints of shipments: pack, dispatch, and see where a parcel is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.fulfilment.api import shapes
from commerce.fulfilment.api.access import WAREHOUSE, may_see, record
from commerce.fulfilment.api.inputs import LineInput, NoBody, each_line_once, units_by_line
from commerce.fulfilment.idempotency import IdempotencyRecord
from commerce.fulfilment.shipments.dispatch_shipment import dispatch_shipment
from commerce.fulfilment.shipments.models import Shipment
from commerce.fulfilment.shipments.pack_shipment import pack_shipment
from commerce.fulfilment.shipments.queries import ShipmentNotFound, with_contents
from commerce.shared import clock, ids
from commerce.shared.api.actors import GuestsToo, Staff
from commerce.shared.api.idempotent import idempotent
from commerce.shared.api.pages import check_query
from commerce.shared.api.serializers import (
    Input,
    PublicIdField,
    StrictCharField,
    StrictIntegerField,
    read,
)

# A tonne: whatever a parcel weighs, it weighs less. What a carrier takes, the carrier says.
WEIGHT_MAX_G = 1_000_000


class PackShipment(APIView):
    """POST /shipments"""

    permission_classes = [Staff]
    roles = WAREHOUSE

    class PackInput(Input):
        fulfilment_order = PublicIdField("fo", help_text="`fo_…`")
        location = StrictCharField(max_length=50, help_text="The code of where it is packed.")
        weight_g = StrictIntegerField(
            min_value=1, max_value=WEIGHT_MAX_G, help_text="Of the packed parcel, in grams."
        )
        lines = serializers.ListField(
            child=LineInput(),
            required=False,
            allow_null=True,
            min_length=1,
            max_length=100,
            help_text="What is in it; without it, everything that is open at the location.",
        )

        def validate_lines(self, lines: list[dict[str, Any]] | None) -> Any:
            each_line_once(lines or [])
            return lines

    @extend_schema(
        operation_id="pack_shipment",
        summary="Pack a parcel and buy its label; *packing* while the carrier has not answered",
        request=PackInput,
        responses={201: shapes.PackedShipmentOutput},
    )
    @idempotent(IdempotencyRecord)
    def post(self, request: Request) -> Response:
        values, now = read(self.PackInput, request.data), clock.now()
        lines = values.get("lines")
        packed = pack_shipment(
            fulfilment_order_id=values["fulfilment_order"],
            location=values["location"],
            weight_g=values["weight_g"],
            units_by_line=None if lines is None else units_by_line(lines),
            reference=request.reference,  # type: ignore[attr-defined]  # set by @idempotent
            now=now,
        )
        record(request, "shipment.pack", ids.encode("ship", packed.id), now=now)
        return Response(shapes.packed_shipment(_find(packed.id)), status=status.HTTP_201_CREATED)


class DispatchShipment(APIView):
    """POST /shipments/{shipment_id}/dispatch"""

    permission_classes = [Staff]
    roles = WAREHOUSE

    @extend_schema(
        operation_id="dispatch_shipment",
        summary="Note that the carrier has taken the parcel",
        request=NoBody,
        responses=shapes.PackedShipmentOutput,
    )
    @idempotent(IdempotencyRecord)
    def post(self, request: Request, shipment_id: UUID) -> Response:
        read(NoBody, request.data)
        now = clock.now()
        dispatch_shipment(shipment_id=shipment_id, now=now)
        record(request, "shipment.dispatch", ids.encode("ship", shipment_id), now=now)
        return Response(shapes.packed_shipment(_find(shipment_id)))


class ShipmentDetail(APIView):
    """GET /shipments/{shipment_id}"""

    permission_classes = [GuestsToo]

    @extend_schema(
        operation_id="get_shipment",
        summary="See where a parcel is: its customer, the guest with the order's secret, staff",
        responses=shapes.ShipmentOutput,
    )
    def get(self, request: Request, shipment_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        found = _find(shipment_id)
        if not may_see(request, found.fulfilment_order):
            raise ShipmentNotFound
        return Response(shapes.shipment(found))


def _find(shipment_id: UUID) -> Shipment:
    found = with_contents(Shipment.objects.filter(pk=shipment_id)).first()
    if found is None:
        raise ShipmentNotFound
    return found
