"""REST endpoints of variants: staff take one from sale."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api.permissions import CATALOG_STAFF
from commerce.catalog.products.retire_variant import retire_variant
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.pages import check_query


class RetireVariant(APIView):
    """POST /variants/{variant_id}/retire"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="retire_variant",
        summary="Take a variant from sale for good; its siblings stay",
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, variant_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        retire_variant(variant_id=variant_id, now=clock.now())
        identity.record_act(
            actor=actor_of(request),
            action="catalog.variant.retire",
            subject=ids.encode("var", variant_id),
            now=clock.now(),
        )
        return Response(status=204)
