"""REST endpoints of attributes: everybody reads what there is to filter by, staff change it."""

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
from commerce.catalog.attributes.change_attribute import AttributeChanges, change_attribute
from commerce.catalog.attributes.create_attribute import create_attribute
from commerce.catalog.attributes.drafts import NewAttribute
from commerce.catalog.attributes.models import Attribute, AttributeChoice
from commerce.catalog.attributes.queries import AttributeNotFound
from commerce.identity.interface import services as identity
from commerce.shared import clock
from commerce.shared.api.actors import actor_of
from commerce.shared.api.etags import etag, version_expected
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.api.serializers import read


class Attributes(APIView):
    """GET and POST /attributes"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="list_attributes",
        summary="List what products state about themselves, by code",
        parameters=PAGE_PARAMETERS,
        responses=shapes.AttributePageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        return Response(
            keyset_page(_rows(), request.query_params, order_by=("code",), render=_render)
        )

    @extend_schema(
        operation_id="create_attribute",
        summary="Let products of a type state something",
        request=shapes.AttributeInput,
        responses={201: shapes.AttributeOutput},
    )
    def post(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        draft = NewAttribute(**read(shapes.AttributeInput, request.data))
        create_attribute(attribute=draft, now=clock.now())
        _note(request, "create", draft.code)
        return _current(draft.code, status=201)


class AttributeDetail(APIView):
    """GET and PATCH /attributes/{attribute_code}"""

    permission_classes = [StaffChanges]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="get_attribute", summary="Read an attribute", responses=shapes.AttributeOutput
    )
    def get(self, request: Request, attribute_code: str) -> Response:
        check_query(request.query_params, allowed=set())
        return _current(attribute_code)

    @extend_schema(
        operation_id="change_attribute",
        summary="Change how it is called, shown and chosen from; never the kind of its values",
        parameters=[IF_MATCH],
        request=shapes.AttributeChangesInput,
        responses=shapes.AttributeOutput,
    )
    def patch(self, request: Request, attribute_code: str) -> Response:
        check_query(request.query_params, allowed=set())
        expected_version = version_expected(request, required=True)
        changes = AttributeChanges(**read(shapes.AttributeChangesInput, request.data))
        change_attribute(
            code=attribute_code, changes=changes, expected_version=expected_version, now=clock.now()
        )
        _note(request, "change", attribute_code)
        return _current(attribute_code)


def _rows() -> QuerySet[Attribute]:
    choices = AttributeChoice.objects.order_by("position", "pk")
    return Attribute.objects.prefetch_related(Prefetch("choices", choices))


def _current(code: str, *, status: int = 200) -> Response:
    row = _rows().filter(code=code).first()
    if row is None:
        raise AttributeNotFound
    return Response(_render(row), status=status, headers={"ETag": etag(row.version)})


def _render(row: Attribute) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "unit": row.unit,
        "reference_to": row.reference_to,
        "is_filterable": row.is_filterable,
        "translations": {locale: x["name"] for locale, x in row.translations.items()},
        "choices": [
            {
                "code": choice.code,
                "label": choice.label,
                "translations": {locale: x["label"] for locale, x in choice.translations.items()},
            }
            for choice in row.choices.all()
        ],
    }


def _note(request: Request, verb: str, code: str) -> None:
    identity.record_act(
        actor=actor_of(request),
        action=f"catalog.attribute.{verb}",
        subject=code,
        now=clock.now(),
    )
