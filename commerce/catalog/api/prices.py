"""REST endpoints of prices: staff set them and see what was, is and will be charged."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import shapes
from commerce.catalog.api.listing_query import PAGE_PARAMETERS
from commerce.catalog.api.permissions import CATALOG_STAFF
from commerce.catalog.pricing.end_prices import EndedPrice, end_prices
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
        parameters=[
            OpenApiParameter("filter[sku]", str),
            OpenApiParameter(
                "filter[price_list]", str, description="Its code; empty for the base prices."
            ),
            *PAGE_PARAMETERS,
        ],
        responses=shapes.PricePageOutput,
    )
    def get(self, request: Request, product_id: UUID) -> Response:
        check_query(
            request.query_params,
            allowed={"limit", "cursor", "filter[sku]", "filter[price_list]"},
        )
        if not Product.objects.filter(pk=product_id).exists():
            raise UnknownProduct
        rows = Price.objects.filter(variant__product=product_id)
        sku = request.query_params.get("filter[sku]")
        price_list = request.query_params.get("filter[price_list]")
        if sku is not None:
            rows = rows.filter(variant__sku=sku)
        if price_list is not None:
            rows = rows.filter(price_list__code=price_list or None)
        rows = rows.select_related("variant", "price_list")
        return Response(
            keyset_page(
                rows,
                request.query_params,
                order_by=("-valid_from", "-id"),
                render=_render,
                scope=f"{product_id}:{sku}:{price_list}",
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
            details={
                "sku": new.sku,
                "price": shapes.money(new.price),
                "price_list": new.price_list,
                "min_quantity": new.min_quantity,
            },
            now=clock.now(),
        )
        return Response(
            {
                "sku": new.sku,
                "price_list": new.price_list or None,
                "min_quantity": new.min_quantity,
                "price": shapes.money(Money(period.amount_minor, new.price.currency)),
                "compare_at": _compare_at(period.compare_at_minor, new.price.currency),
                "valid_from": period.valid_from,
                "valid_until": period.valid_until,
            },
            status=201,
        )


class EndPrice(APIView):
    """POST /products/{product_id}/prices/end"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="end_price",
        summary="End the price of a list or a tier; what others say takes over",
        request=shapes.EndPriceInput,
        responses={204: None},
    )
    def post(self, request: Request, product_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        ended = EndedPrice(**read(shapes.EndPriceInput, request.data))
        if not Variant.objects.filter(product=product_id, sku=ended.sku).exists():
            raise serializers.ValidationError({"sku": ["The product has no variant of this SKU."]})
        [refusal] = end_prices(batch=[ended], now=clock.now())
        if refusal is not None:
            raise refusal
        identity.record_act(
            actor=actor_of(request),
            action="catalog.price.end",
            subject=ids.encode("prod", product_id),
            details={
                "sku": ended.sku,
                "currency": ended.currency,
                "price_list": ended.price_list,
                "min_quantity": ended.min_quantity,
            },
            now=clock.now(),
        )
        return Response(status=204)


def _render(row: Price) -> dict[str, Any]:
    return {
        "sku": row.variant.sku,
        "price_list": row.price_list.code if row.price_list else None,
        "min_quantity": row.min_quantity,
        "price": shapes.money(row.amount),
        "compare_at": _compare_at(row.compare_at_minor, row.currency),
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }


def _compare_at(minor: int | None, currency: str) -> dict[str, Any] | None:
    return None if minor is None else shapes.money(Money(minor, currency))
