"""REST endpoints of products: lists and pages for everybody, changes for staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from commerce.catalog.api import shapes
from commerce.catalog.api.if_match import IF_MATCH, STALE
from commerce.catalog.api.listing import read_list, read_product
from commerce.catalog.api.listing_query import (
    ATTRIBUTE_PARAMETERS,
    DOCUMENT_PARAMETERS,
    LISTING_PARAMETERS,
    MARKET_PARAMETERS,
    fields_of,
    market_of,
)
from commerce.catalog.api.permissions import CATALOG_STAFF, StaffChanges, is_catalog_staff
from commerce.catalog.api.product_shapes import ProductChangesInput, ProductInput
from commerce.catalog.listing.queries import current_document
from commerce.catalog.products.change_product import ProductChanges, change_product
from commerce.catalog.products.create_product import create_product
from commerce.catalog.products.drafts import NewProduct
from commerce.catalog.products.publish_product import publish_product
from commerce.catalog.products.queries import UnknownProduct
from commerce.catalog.products.retire_product import retire_product
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.etags import etag, version_expected
from commerce.shared.api.open_reads import answer_with
from commerce.shared.api.pages import check_query
from commerce.shared.api.serializers import read

STAFF_CACHING: Final = "private, no-store"

_PAGE_ANSWERS: Final = {
    200: shapes.ProductOutput,
    304: OpenApiResponse(description="It is still what `If-None-Match` names."),
}


class Products(APIView):
    """GET and POST /products"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="list_products",
        summary="Browse and search what is on sale",
        parameters=[*LISTING_PARAMETERS, ATTRIBUTE_PARAMETERS],
        responses=shapes.ProductPageOutput,
    )
    def get(self, request: Request) -> HttpResponse:
        return answer_with(read_list(request.query_params), request)

    @extend_schema(
        operation_id="create_product",
        summary="Describe a product; it stays a draft until it is published",
        parameters=[*MARKET_PARAMETERS],
        request=ProductInput,
        responses={201: shapes.ProductOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        draft = NewProduct(**read(ProductInput, request.data))
        created = create_product(product=draft, now=clock.now())
        _note(request, "create", created.product_id)
        return _current(request, created.product_id, status=201)


class ProductBySlug(APIView):
    """GET /products/{slug}"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="get_product_by_slug",
        summary="Read a product by its slug",
        parameters=DOCUMENT_PARAMETERS,
        responses=_PAGE_ANSWERS,
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        return _page(request, slug=slug)


class ProductDetail(APIView):
    """GET and PATCH /products/{product_id}"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE | {405: "This is no id but a slug, and by their slugs products are only read."}

    @extend_schema(
        operation_id="get_product",
        summary="Read a product",
        parameters=DOCUMENT_PARAMETERS,
        responses=_PAGE_ANSWERS,
    )
    def get(self, request: Request, product_id: UUID) -> HttpResponse:
        return _page(request, product_id=product_id)

    @extend_schema(
        operation_id="change_product",
        summary="Change a product as you have read it",
        parameters=[*MARKET_PARAMETERS, IF_MATCH],
        request=ProductChangesInput,
        responses=shapes.ProductOutput,
    )
    def patch(self, request: Request, product_id: UUID) -> HttpResponse:
        expected_version = version_expected(request, required=True)
        change_product(
            product_id=product_id,
            changes=ProductChanges(**read(ProductChangesInput, request.data)),
            expected_version=expected_version,
            now=clock.now(),
        )
        _note(request, "change", product_id)
        return _current(request, product_id)


class PublishProduct(APIView):
    """POST /products/{product_id}/publish"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="publish_product",
        summary="Let it be found and bought",
        parameters=[*MARKET_PARAMETERS],
        request=None,
        responses=shapes.ProductOutput,
    )
    def post(self, request: Request, product_id: UUID) -> HttpResponse:
        publish_product(product_id=product_id, now=clock.now())
        _note(request, "publish", product_id)
        return _current(request, product_id)


class RetireProduct(APIView):
    """POST /products/{product_id}/retire"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="retire_product",
        summary="Take it from sale for good",
        parameters=[*MARKET_PARAMETERS],
        request=None,
        responses=shapes.ProductOutput,
    )
    def post(self, request: Request, product_id: UUID) -> HttpResponse:
        retire_product(product_id=product_id, now=clock.now())
        _note(request, "retire", product_id)
        return _current(request, product_id)


def _page(
    request: Request, *, product_id: UUID | None = None, slug: str | None = None
) -> HttpResponse:
    try:
        found = read_product(request.query_params, product_id=product_id, slug=slug)
    except UnknownProduct:
        if not is_catalog_staff(request):
            raise
    else:
        return answer_with(found, request)
    # What is not on sale has no ready document; those who work on it see it as it is now.
    query = request.query_params
    current, version = current_document(
        market=market_of(query), at=clock.now(), product_id=product_id, slug=slug
    )
    shown = {name: current[name] for name in fields_of(query) or current}
    return _ready(shown, version=version)


def _current(request: Request, product_id: UUID, *, status: int = 200) -> HttpResponse:
    """Answer a change with the product as it is now, and its new ETag."""
    check_query(request.query_params, allowed={x.name for x in MARKET_PARAMETERS})
    current, version = current_document(
        market=market_of(request.query_params), at=clock.now(), product_id=product_id
    )
    return _ready(current, version=version, status=status)


def _ready(document: Mapping[str, Any], *, version: int, status: int = 200) -> HttpResponse:
    return HttpResponse(
        orjson.dumps(document),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": STAFF_CACHING, "ETag": etag(version)},
    )


def _note(request: Request, verb: str, product_id: UUID) -> None:
    """Leave in the audit trail who of the staff did it."""
    identity.record_act(
        actor=actor_of(request),
        action=f"catalog.product.{verb}",
        subject=ids.encode("prod", product_id),
        now=clock.now(),
    )
