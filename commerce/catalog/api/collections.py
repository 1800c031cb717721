"""REST endpoints of collections: shoppers see what is shown, staff arrange it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import collection_shapes as shapes
from commerce.catalog.api.if_match import IF_MATCH, STALE
from commerce.catalog.api.listing_query import PAGE_PARAMETERS
from commerce.catalog.api.locale import LOCALE_PARAMETER, locale_of
from commerce.catalog.api.permissions import CATALOG_STAFF, StaffChanges, is_catalog_staff
from commerce.catalog.collections.change_collection import change_collection
from commerce.catalog.collections.create_collection import create_collection
from commerce.catalog.collections.drafts import CollectionChanges, NewCollection, Window
from commerce.catalog.collections.models import Collection, CollectionKind
from commerce.catalog.collections.queries import UnknownCollection, collections_shown
from commerce.catalog.products.locales import translated
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.api.actors import actor_of
from commerce.shared.api.etags import etag, version_expected
from commerce.shared.api.pages import BadQuery, check_query, keyset_page
from commerce.shared.api.serializers import read

_MARKET: Final = re.compile(r"[a-z0-9_-]{1,40}")
_READING: Final = [
    OpenApiParameter(
        "market",
        {"type": "string", "pattern": f"^{_MARKET.pattern}$"},
        description="Only what is shown there now; without it, what is shown anywhere.",
    ),
    LOCALE_PARAMETER,
]


class Collections(APIView):
    """GET and POST /collections"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="list_collections",
        summary="List the collections that are shown; to staff of the catalog, all",
        parameters=[*_READING, *PAGE_PARAMETERS],
        responses=shapes.CollectionPageOutput,
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        check_query(query, allowed={"limit", "cursor", "market", "locale"})
        market, locale = _market(query), locale_of(query)
        rows = Collection.objects.all()
        if not is_catalog_staff(request):
            rows = collections_shown(at=clock.now(), market=market)
        return Response(
            keyset_page(
                rows,
                query,
                order_by=("slug",),
                render=lambda row: _summary(row, locale),
                scope=f"{market}:{locale}",
            )
        )

    @extend_schema(
        operation_id="create_collection",
        summary="Create a collection, arranged by hand or by rules",
        request=shapes.CollectionInput,
        responses={201: shapes.CollectionOutput},
    )
    def post(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        values = read(shapes.CollectionInput, request.data)
        slug, kind = values.pop("slug"), values.pop("kind")
        collection = create_collection(
            collection=NewCollection(slug=slug, kind=kind, words=_changes(values)),
            now=clock.now(),
        )
        _note(request, "create", collection)
        return _answer(collection, status=201)


class CollectionDetail(APIView):
    """GET and PATCH /collections/{collection}"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="get_collection",
        summary="Read a collection; its products are `filter[collection]` of products",
        parameters=_READING,
        responses=shapes.CollectionOutput,
    )
    def get(self, request: Request, collection: str) -> Response:
        query = request.query_params
        check_query(query, allowed={"market", "locale"})
        market, locale = _market(query), locale_of(query)
        is_staff = is_catalog_staff(request)
        rows = (
            Collection.objects.all()
            if is_staff
            else collections_shown(at=clock.now(), market=market)
        )
        row = rows.filter(slug=collection).first()
        if row is None:
            raise UnknownCollection
        if is_staff:
            return _answer(row, locale=locale)
        return Response(_summary(row, locale), headers={"ETag": etag(row.version)})

    @extend_schema(
        operation_id="change_collection",
        summary="Change a collection as you have read it",
        parameters=[IF_MATCH],
        request=shapes.CollectionChangesInput,
        responses=shapes.CollectionOutput,
    )
    def patch(self, request: Request, collection: str) -> Response:
        check_query(request.query_params, allowed=set())
        expected_version = version_expected(request, required=True)
        row = change_collection(
            slug=collection,
            changes=_changes(read(shapes.CollectionChangesInput, request.data)),
            expected_version=expected_version,
            now=clock.now(),
        )
        _note(request, "change", row)
        return _answer(row)


def _changes(values: dict[str, Any]) -> CollectionChanges:
    windows = values.pop("publications", None)
    return CollectionChanges(
        product_ids=values.pop("products", None),
        publications=None
        if windows is None
        else [Window(market_code=x.pop("market"), **x) for x in windows],
        **values,
    )


def _market(query: Mapping[str, str]) -> str | None:
    market = query.get("market")
    if market is not None and not _MARKET.fullmatch(market):
        raise BadQuery("market is the code of a market.")
    return market


def _summary(row: Collection, locale: str) -> dict[str, Any]:
    texts = row.translations
    return {
        "id": ids.encode("col", row.pk),
        "slug": row.slug,
        "title": translated(texts, "title", locale=locale, default=row.title),
        "description": translated(texts, "description", locale=locale, default=row.description),
        "kind": row.kind,
        "is_published": row.is_published,
    }


def _answer(row: Collection, *, locale: str = "", status: int = 200) -> Response:
    """Answer staff with all of it, and its ETag."""
    by_hand = row.members.order_by("position", "pk") if row.kind == CollectionKind.MANUAL else None
    windows = row.publications.order_by("market_code")
    body = _summary(row, locale) | {
        "translations": row.translations,
        "publications": [
            {
                "market": x.market_code,
                "published_from": x.published_from,
                "published_until": x.published_until,
            }
            for x in windows
        ],
        "matching": row.matching,
        "rules": row.rules,
        "is_evaluating": row.evaluation_due_at is not None,
        "products": []
        if by_hand is None
        else [ids.encode("prod", x) for x in by_hand.values_list("product_id", flat=True)],
    }
    return Response(body, status=status, headers={"ETag": etag(row.version)})


def _note(request: Request, verb: str, collection: Collection) -> None:
    """Leave in the audit trail who of the staff did it."""
    identity.record_act(
        actor=actor_of(request),
        action=f"catalog.collection.{verb}",
        subject=ids.encode("col", collection.pk),
        now=clock.now(),
    )
