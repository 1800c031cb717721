"""REST endpoints of prices: staff set them and see what was, is and will be charged."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import shapes
from commerce.catalog.api.listing_query import PAGE_PARAMETERS
from commerce.catalog.api.permissions import CATALOG_STAFF
from commerce.catalog.pricing.models import Price
from commerce.catalog.pricing.set_price import set_price
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.models import Product, Variant
from commerce.catalog.products.queries import UnknownProduct
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.api.serializers import read
from commerce.shared.money import Money


class ProductPrices(APIView):
    """GET and POST /products/{product_id}/prices"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="list_prices",
        summary="List what its variants have cost, cost and will cost, the latest first",
        parameters=PAGE_PARAMETERS,
        responses=shapes.PricePageOutput,
    )
    def get(self, request: Request, product_id: UUID) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        if not Product.objects.filter(pk=product_id).exists():
            raise UnknownProduct
        rows = Price.objects.filter(variant__product=product_id).select_related("variant")
        return Response(
            keyset_page(
                rows,
                request.query_params,
                order_by=("-valid_from", "-id"),
                render=_render,
                scope=str(product_id),
            )
        )

    @extend_schema(
        operation_id="set_price",
        summary="Let a variant cost something else, now or later",
        request=shapes.PriceInput,
        responses={201: shapes.PriceOutput},
    )
    def post(self, request: Request, product_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        new = NewPrice(**read(shapes.PriceInput, request.data))
        if not Product.objects.filter(pk=product_id).exists():
            raise UnknownProduct
        if not Variant.objects.filter(product=product_id, sku=new.sku).exists():
            raise serializers.ValidationError({"sku": ["The product has no variant of this SKU."]})
        period = set_price(price=new, now=clock.now())
        identity.record_act(
            actor=actor_of(request),
            action="catalog.price.set",
            subject=ids.encode("prod", product_id),
            details={"sku": new.sku, "price": shapes.money(new.price)},
            now=clock.now(),
        )
        return Response(
            {
                "sku": new.sku,
                "price": shapes.money(Money(period.amount_minor, new.price.currency)),
                "valid_from": period.valid_from,
                "valid_until": period.valid_until,
            },
            status=201,
        )


def _render(row: Price) -> dict[str, Any]:
    return {
        "sku": row.variant.sku,
        "price": shapes.money(row.amount),
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }
