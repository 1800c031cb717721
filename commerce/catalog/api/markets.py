"""REST endpoints of markets: everybody sees where the shop sells, staff change it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import market_shapes as shapes
from commerce.catalog.api.if_match import IF_MATCH, STALE
from commerce.catalog.api.listing_query import PAGE_PARAMETERS
from commerce.catalog.api.permissions import CATALOG_STAFF, StaffChanges
from commerce.catalog.markets.change_market import MarketChanges, change_market
from commerce.catalog.markets.create_market import NewMarket, create_market
from commerce.catalog.markets.models import Market
from commerce.catalog.markets.queries import find_market
from commerce.identity.interface import services as identity
from commerce.shared import clock
from commerce.shared.api.actors import actor_of
from commerce.shared.api.etags import etag, version_expected
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.api.serializers import read


class Markets(APIView):
    """GET and POST /markets"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="list_markets",
        summary="List where the shop sells, in which currency and language",
        parameters=PAGE_PARAMETERS,
        responses=shapes.MarketPageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        rows = Market.objects.prefetch_related("countries")
        return Response(keyset_page(rows, request.query_params, order_by=("code",), render=_render))

    @extend_schema(
        operation_id="create_market",
        summary="Sell to some countries in a currency of their own",
        request=shapes.MarketInput,
        responses={201: shapes.MarketOutput},
    )
    def post(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        market = NewMarket(**read(shapes.MarketInput, request.data))
        row = create_market(market=market, now=clock.now())
        _note(request, "create", row.code)
        return _answer(row, status=201)


class MarketDetail(APIView):
    """GET and PATCH /markets/{market_code}"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="get_market", summary="Read a market", responses=shapes.MarketOutput
    )
    def get(self, request: Request, market_code: str) -> Response:
        check_query(request.query_params, allowed=set())
        return _answer(find_market(market_code))

    @extend_schema(
        operation_id="change_market",
        summary="Change a market as you have read it",
        parameters=[IF_MATCH],
        request=shapes.MarketChangesInput,
        responses=shapes.MarketOutput,
    )
    def patch(self, request: Request, market_code: str) -> Response:
        check_query(request.query_params, allowed=set())
        row = change_market(
            code=market_code,
            changes=MarketChanges(**read(shapes.MarketChangesInput, request.data)),
            expected_version=version_expected(request, required=True),
            now=clock.now(),
        )
        _note(request, "change", market_code)
        return _answer(row)


def _answer(row: Market, *, status: int = 200) -> Response:
    return Response(_render(row), status=status, headers={"ETag": etag(row.version)})


def _render(row: Market) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "currency": row.currency,
        "countries": sorted(x.country for x in row.countries.all()),
        "locale": row.locale,
        "prices_include_tax": row.prices_include_tax,
        "is_default": row.is_default,
        "version": row.version,
    }


def _note(request: Request, verb: str, code: str) -> None:
    identity.record_act(
        actor=actor_of(request),
        action=f"catalog.market.{verb}",
        subject=f"market:{code}",
        now=clock.now(),
    )
