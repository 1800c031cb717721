"""REST endpoints of the category tree: everybody reads it, staff grow, rename and rearrange it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import category_shapes as shapes
from commerce.catalog.api.if_match import IF_MATCH, STALE
from commerce.catalog.api.listing_query import PAGE_PARAMETERS
from commerce.catalog.api.locale import LOCALE_PARAMETER, locale_of
from commerce.catalog.api.permissions import CATALOG_STAFF, StaffChanges, is_catalog_staff
from commerce.catalog.products.change_category import CategoryChanges, change_category
from commerce.catalog.products.create_categories import NewCategory, create_categories
from commerce.catalog.products.locales import translated
from commerce.catalog.products.models import Category
from commerce.catalog.products.move_category import move_category
from commerce.catalog.products.queries import CategoryNotFound
from commerce.identity.interface import services as identity
from commerce.shared import clock
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.etags import etag, version_expected
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.api.serializers import read
from commerce.shared.ids import encode


class Categories(APIView):
    """GET and POST /categories"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="list_categories",
        summary="List the tree of categories, sorted by path",
        parameters=[LOCALE_PARAMETER, *PAGE_PARAMETERS],
        responses=shapes.CategoryPageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor", "locale"})
        locale = locale_of(request.query_params)
        return Response(
            keyset_page(
                Category.objects.all(),
                request.query_params,
                order_by=("path",),
                render=lambda row: _render(row, locale),
            )
        )

    @extend_schema(
        operation_id="create_category",
        summary="Grow the tree; a category that stands there already is left as it is",
        request=shapes.CategoryInput,
        responses={201: shapes.CategoryDetailOutput},
    )
    def post(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        new = NewCategory(**read(shapes.CategoryInput, request.data))
        create_categories(batch=[new])
        category = Category.objects.get(slug=new.slug)
        _note(request, "create", category)
        return _answer(category, status=201)


class CategoryDetail(APIView):
    """GET and PATCH /categories/{category}"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="get_category",
        summary="Read a category",
        parameters=[LOCALE_PARAMETER],
        responses=shapes.CategoryDetailOutput,
    )
    def get(self, request: Request, category: str) -> Response:
        check_query(request.query_params, allowed={"locale"})
        locale = locale_of(request.query_params)
        row = Category.objects.filter(slug=category).first()
        if row is None:
            raise CategoryNotFound
        if is_catalog_staff(request):
            return _answer(row, locale=locale)
        return Response(_render(row, locale), headers={"ETag": etag(row.version)})

    @extend_schema(
        operation_id="change_category",
        summary="Rename a category, in any language",
        parameters=[IF_MATCH],
        request=shapes.CategoryChangesInput,
        responses=shapes.CategoryDetailOutput,
    )
    def patch(self, request: Request, category: str) -> Response:
        check_query(request.query_params, allowed=set())
        expected_version = version_expected(request, required=True)
        row = change_category(
            slug=category,
            changes=CategoryChanges(**read(shapes.CategoryChangesInput, request.data)),
            expected_version=expected_version,
            now=clock.now(),
        )
        _note(request, "change", row)
        return _answer(row)


class MoveCategory(APIView):
    """POST /categories/{category}/move"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="move_category",
        summary="Move a category, with all that stands below it, to another place in the tree",
        parameters=[IF_MATCH],
        request=shapes.CategoryMoveInput,
        responses=shapes.CategoryDetailOutput,
    )
    def post(self, request: Request, category: str) -> Response:
        check_query(request.query_params, allowed=set())
        expected_version = version_expected(request, required=True)
        values = read(shapes.CategoryMoveInput, request.data)
        row = move_category(
            slug=category,
            parent=values["parent"],
            expected_version=expected_version,
            now=clock.now(),
        )
        _note(request, "move", row)
        return _answer(row)


def _render(row: Category, locale: str) -> dict[str, Any]:
    *above, _ = row.path.split("/")
    return {
        "id": encode("cat", row.pk),
        "slug": row.slug,
        "name": translated(row.translations, "name", locale=locale, default=row.name),
        "parent": above[-1] if above else None,
        "path": row.path,
    }


def _answer(row: Category, *, locale: str = "", status: int = 200) -> Response:
    """Answer staff with all of it, and its ETag."""
    body = _render(row, locale) | {"translations": row.translations}
    return Response(body, status=status, headers={"ETag": etag(row.version)})


def _note(request: Request, verb: str, category: Category) -> None:
    """Leave in the audit trail who of the staff did it."""
    identity.record_act(
        actor=actor_of(request),
        action=f"catalog.category.{verb}",
        subject=encode("cat", category.pk),
        now=clock.now(),
    )
