"""REST endpoints of product types: everybody reads what products state, staff change it."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import attribute_shapes as shapes
from commerce.catalog.api.if_match import IF_MATCH, STALE
from commerce.catalog.api.listing_query import PAGE_PARAMETERS
from commerce.catalog.api.permissions import CATALOG_STAFF, StaffChanges
from commerce.catalog.attributes.change_product_type import (
    ProductTypeChanges,
    change_product_type,
)
from commerce.catalog.attributes.create_product_type import create_product_type
from commerce.catalog.attributes.drafts import NewProductType
from commerce.catalog.attributes.models import ProductType, TypeAttribute
from commerce.catalog.attributes.queries import ProductTypeNotFound
from commerce.identity.interface import services as identity
from commerce.shared import clock
from commerce.shared.api.actors import actor_of
from commerce.shared.api.etags import etag, version_expected
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.api.serializers import read


class ProductTypes(APIView):
    """GET and POST /product-types"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="list_product_types",
        summary="List the kinds of products and what they state, by code",
        parameters=PAGE_PARAMETERS,
        responses=shapes.ProductTypePageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        return Response(
            keyset_page(_rows(), request.query_params, order_by=("code",), render=_render)
        )

    @extend_schema(
        operation_id="create_product_type",
        summary="Describe a kind of product",
        request=shapes.ProductTypeInput,
        responses={201: shapes.ProductTypeOutput},
    )
    def post(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        draft = NewProductType(**read(shapes.ProductTypeInput, request.data))
        create_product_type(product_type=draft, now=clock.now())
        _note(request, "create", draft.code)
        return _current(draft.code, status=201)


class ProductTypeDetail(APIView):
    """GET and PATCH /product-types/{type_code}"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="get_product_type",
        summary="Read a product type",
        responses=shapes.ProductTypeOutput,
    )
    def get(self, request: Request, type_code: str) -> Response:
        check_query(request.query_params, allowed=set())
        return _current(type_code)

    @extend_schema(
        operation_id="change_product_type",
        summary="Change its name, and what its products state",
        parameters=[IF_MATCH],
        request=shapes.ProductTypeChangesInput,
        responses=shapes.ProductTypeOutput,
    )
    def patch(self, request: Request, type_code: str) -> Response:
        check_query(request.query_params, allowed=set())
        expected_version = version_expected(request, required=True)
        changes = ProductTypeChanges(**read(shapes.ProductTypeChangesInput, request.data))
        change_product_type(
            code=type_code, changes=changes, expected_version=expected_version, now=clock.now()
        )
        _note(request, "change", type_code)
        return _current(type_code)


def _rows() -> QuerySet[ProductType]:
    asked = TypeAttribute.objects.order_by("position", "pk").select_related("attribute")
    return ProductType.objects.prefetch_related(Prefetch("type_attributes", asked))


def _current(code: str, *, status: int = 200) -> Response:
    row = _rows().filter(code=code).first()
    if row is None:
        raise ProductTypeNotFound
    return Response(_render(row), status=status, headers={"ETag": etag(row.version)})


def _render(row: ProductType) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "attributes": [
            {
                "attribute": x.attribute.code,
                "name": x.attribute.name,
                "kind": x.attribute.kind,
                "scope": x.scope,
                "is_required": x.is_required,
            }
            for x in row.type_attributes.all()
        ],
    }


def _note(request: Request, verb: str, code: str) -> None:
    identity.record_act(
        actor=actor_of(request),
        action=f"catalog.product_type.{verb}",
        subject=code,
        now=clock.now(),
    )
