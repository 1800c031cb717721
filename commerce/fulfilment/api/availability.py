"""REST endpoint of availability: what could be promised now."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.interface import services as catalog
from commerce.fulfilment.inventory.availability import availability_state
from commerce.fulfilment.inventory.queries import availability_of
from commerce.shared import clock
from commerce.shared.api.actors import Anybody
from commerce.shared.api.pages import BadQuery, check_query
from commerce.shared.api.serializers import Output, many

SKUS_MAX: Final = 100
SKU_LENGTH_MAX: Final = 100


class AvailabilityOutput(Output):
    sku = serializers.CharField()
    availability = serializers.ChoiceField(
        choices=[state.value for state in catalog.Availability],
        help_text="Only a checkout decides.",
    )
    available = serializers.IntegerField()


class AvailabilitiesOutput(Output):
    data = many(AvailabilityOutput)


class Availability(APIView):
    """GET /availability?sku=…&sku=…"""

    permission_classes = [Anybody]

    @extend_schema(
        operation_id="get_availability",
        summary="Tell how many units could be promised now; a SKU nobody stocks has none",
        parameters=[
            OpenApiParameter(
                "sku",
                type={
                    "type": "array",
                    "items": {"type": "string", "minLength": 1, "maxLength": SKU_LENGTH_MAX},
                    "minItems": 1,
                    "maxItems": SKUS_MAX,
                },
                required=True,
            )
        ],
        responses=AvailabilitiesOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"sku"})
        skus = list(dict.fromkeys(request.query_params.getlist("sku")))
        if not 1 <= len(skus) <= SKUS_MAX:
            raise BadQuery(f"Ask for 1 to {SKUS_MAX} SKUs: ?sku=A&sku=B.")
        if any("\x00" in sku or not 1 <= len(sku) <= SKU_LENGTH_MAX for sku in skus):
            raise BadQuery(f"A SKU has 1 to {SKU_LENGTH_MAX} characters.")
        found = availability_of(skus=skus, now=clock.now())
        return Response(
            {
                "data": [
                    {
                        "sku": each.sku,
                        "availability": availability_state(each.available),
                        "available": each.available,
                    }
                    for each in found
                ]
            }
        )
