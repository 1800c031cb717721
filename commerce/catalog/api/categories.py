"""REST endpoint of the category tree."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import shapes
from commerce.catalog.api.listing_query import PAGE_PARAMETERS
from commerce.catalog.products.models import Category
from commerce.shared.api.actors import Anybody
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.ids import encode


class Categories(APIView):
    """GET /categories"""

    permission_classes = [Anybody]

    @extend_schema(
        operation_id="list_categories",
        summary="List the tree of categories, sorted by path",
        parameters=PAGE_PARAMETERS,
        responses=shapes.CategoryPageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        return Response(
            keyset_page(
                Category.objects.all(), request.query_params, order_by=("path",), render=_render
            )
        )


def _render(row: Category) -> dict[str, Any]:
    *above, _ = row.path.split("/")
    return {
        "id": encode("cat", row.pk),
        "slug": row.slug,
        "name": row.name,
        "parent": above[-1] if above else None,
        "path": row.path,
    }
