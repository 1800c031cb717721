"""REST endpoints of price lists: whom they are for, when they hold, and their life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import market_shapes as shapes
from commerce.catalog.api.if_match import IF_MATCH, STALE
from commerce.catalog.api.listing_query import PAGE_PARAMETERS
from commerce.catalog.api.permissions import CATALOG_STAFF
from commerce.catalog.pricing.activate_price_list import activate_price_list
from commerce.catalog.pricing.change_price_list import PriceListChanges, change_price_list
from commerce.catalog.pricing.create_price_list import NewPriceList, create_price_list
from commerce.catalog.pricing.end_price_list import end_price_list
from commerce.catalog.pricing.models import PriceList, PriceListStatus
from commerce.catalog.pricing.price_lists import find_price_list
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.etags import etag, version_expected
from commerce.shared.api.pages import check_query, choice_of, keyset_page
from commerce.shared.api.serializers import read


class PriceLists(APIView):
    """GET and POST /price-lists"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="list_price_lists",
        summary="List price lists, the newest first",
        parameters=[
            OpenApiParameter("filter[status]", str, enum=PriceListStatus.values),
            *PAGE_PARAMETERS,
        ],
        responses=shapes.PriceListPageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor", "filter[status]"})
        status = choice_of(request.query_params, "filter[status]", among=PriceListStatus.values)
        rows = PriceList.objects.select_related("market")
        if status is not None:
            rows = rows.filter(status=status)
        return Response(
            keyset_page(
                rows,
                request.query_params,
                order_by=("-id",),
                render=_render,
                scope=status or "",
            )
        )

    @extend_schema(
        operation_id="create_price_list",
        summary="Prepare prices for a market, a group or a season; it is a draft",
        request=shapes.PriceListInput,
        responses={201: shapes.PriceListOutput},
    )
    def post(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        price_list = NewPriceList(**read(shapes.PriceListInput, request.data))
        row = create_price_list(price_list=price_list, now=clock.now())
        _note(request, "create", row.pk)
        return _answer(row, status=201)


class PriceListDetail(APIView):
    """GET and PATCH /price-lists/{price_list_id}"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="get_price_list",
        summary="Read a price list",
        responses=shapes.PriceListOutput,
    )
    def get(self, request: Request, price_list_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        return _answer(find_price_list(price_list_id))

    @extend_schema(
        operation_id="change_price_list",
        summary="Change a price list as you have read it",
        parameters=[IF_MATCH],
        request=shapes.PriceListChangesInput,
        responses=shapes.PriceListOutput,
    )
    def patch(self, request: Request, price_list_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        expected_version = version_expected(request, required=True)
        changes = cast("PriceListChanges", read(shapes.PriceListChangesInput, request.data))
        row = change_price_list(
            price_list_id=price_list_id,
            changes=changes,
            expected_version=expected_version,
            now=clock.now(),
        )
        _note(request, "change", price_list_id)
        return _answer(row)


class ActivatePriceList(APIView):
    """POST /price-lists/{price_list_id}/activate"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="activate_price_list",
        summary="Let its prices be charged",
        request=None,
        responses=shapes.PriceListOutput,
    )
    def post(self, request: Request, price_list_id: UUID) -> Response:
        return _act(request, "activate", activate_price_list, price_list_id)


class EndPriceList(APIView):
    """POST /price-lists/{price_list_id}/end"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="end_price_list",
        summary="End it for good",
        request=None,
        responses=shapes.PriceListOutput,
    )
    def post(self, request: Request, price_list_id: UUID) -> Response:
        return _act(request, "end", end_price_list, price_list_id)


def _act(
    request: Request, verb: str, act: Callable[..., PriceList], price_list_id: UUID
) -> Response:
    check_query(request.query_params, allowed=set())
    row = act(price_list_id=price_list_id, now=clock.now())
    _note(request, verb, price_list_id)
    return _answer(row)


def _answer(row: PriceList, *, status: int = 200) -> Response:
    return Response(_render(row), status=status, headers={"ETag": etag(row.version)})


def _render(row: PriceList) -> dict[str, Any]:
    return {
        "id": ids.encode("prl", row.pk),
        "code": row.code,
        "name": row.name,
        "market": row.market.code if row.market else None,
        "currency": row.currency,
        "customer_group": row.customer_group,
        "priority": row.priority,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "status": row.status,
        "activated_at": row.activated_at,
        "ended_at": row.ended_at,
        "version": row.version,
    }


def _note(request: Request, verb: str, price_list_id: UUID) -> None:
    identity.record_act(
        actor=actor_of(request),
        action=f"catalog.price_list.{verb}",
        subject=ids.encode("prl", price_list_id),
        now=clock.now(),
    )
