"""REST endpoint of entitlements: what you may use."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.fulfilment.api import shapes
from commerce.fulfilment.entitlements.queries import valid_entitlements
from commerce.shared import clock
from commerce.shared.api.actors import actor_of
from commerce.shared.api.pages import check_query
from commerce.shared.api.serializers import Output, many


class EntitlementsOutput(Output):
    data = many(shapes.EntitlementOutput)


class Entitlements(APIView):
    """GET /entitlements"""

    @extend_schema(
        operation_id="list_entitlements",
        summary="List the features you may use now",
        responses=EntitlementsOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        user_id = actor_of(request).user_id
        assert user_id is not None, "only who is signed in comes this far"
        rows = valid_entitlements(holder_id=user_id, at=clock.now()).order_by("feature", "id")
        return Response({"data": [shapes.entitlement(row) for row in rows]})
