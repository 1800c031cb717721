"""What the API's own address answers: where to go on from here."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.shared.api.actors import Anybody


class Index(APIView):
    """GET /: for whoever opens the address that `make run` prints, and not described: no promise."""

    permission_classes = [Anybody]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        links = {"documentation": "docs", "description": "openapi.json", "products": "products"}
        return Response({name: request.build_absolute_uri(at) for name, at in links.items()})
