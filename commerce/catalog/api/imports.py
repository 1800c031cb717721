"""REST endpoints of imports: staff send a file, follow it, read what is wrong, and stop it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api.listing_query import PAGE_PARAMETERS
from commerce.catalog.api.permissions import CATALOG_STAFF
from commerce.catalog.imports.cancel_import import cancel_import
from commerce.catalog.imports.export_products import export_products
from commerce.catalog.imports.models import Import, ImportFormat, ImportProblem
from commerce.catalog.imports.queries import import_of, problems_of
from commerce.catalog.imports.start_import import PART_BYTES, start_import
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.pages import BadQuery, check_query, keyset_page
from commerce.shared.api.serializers import Output, PageOutput, many
from commerce.shared.money import EXPONENTS

MEDIA_TYPES: Final = ("text/csv", "application/jsonl", "application/octet-stream")
_START_PARAMETERS: Final = [
    OpenApiParameter("file_format", str, enum=ImportFormat.values, required=True),
    OpenApiParameter(
        "dry_run",
        {"type": "string", "enum": ["true", "false"]},
        description="`true`: tell what would be, and change nothing.",
    ),
    OpenApiParameter(
        "currency",
        {"type": "string", "enum": sorted(EXPONENTS)},
        description="Of the prices in a Shopify file, which does not say it; USD where missing.",
    ),
    OpenApiParameter("file_name", {"type": "string", "maxLength": 200}),
]


class ImportOutput(Output):
    id = serializers.CharField(help_text="`imp_…`")
    status = serializers.ChoiceField(choices=Import.Status.values)
    format = serializers.ChoiceField(choices=ImportFormat.values)
    file_name = serializers.CharField()
    dry_run = serializers.BooleanField()
    progress = serializers.FloatField(help_text="The share of the file that is done, 0 to 1.")
    read = serializers.IntegerField(
        help_text="Products in the file so far; the next four add up to it."
    )
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    problems = serializers.IntegerField()
    failure = serializers.CharField(help_text="Why a file could not be read at all.")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class ImportPageOutput(PageOutput):
    data = many(ImportOutput)


class ImportProblemOutput(Output):
    line = serializers.IntegerField()
    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class ImportProblemPageOutput(PageOutput):
    data = many(ImportProblemOutput)


class FileParser(BaseParser):
    """Hands the body on in pieces: a file is never in memory as a whole."""

    media_type = MEDIA_TYPES[0]

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return iter(lambda: stream.read(PART_BYTES), b"")


class JsonLinesParser(FileParser):
    media_type = MEDIA_TYPES[1]


class BytesParser(FileParser):
    media_type = MEDIA_TYPES[2]


class Imports(APIView):
    """GET and POST /imports"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"
    parser_classes = [FileParser, JsonLinesParser, BytesParser]
    problems = {415: f"The body is none of {', '.join(MEDIA_TYPES)}."}

    @extend_schema(
        operation_id="list_imports",
        summary="List imports, the latest first",
        parameters=PAGE_PARAMETERS,
        responses=ImportPageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        rows = Import.objects.all()
        return Response(
            keyset_page(rows, request.query_params, order_by=("-id",), render=render_import)
        )

    @extend_schema(
        operation_id="start_import",
        summary="Send a file of products and prices; it is loaded in the background",
        description="The body is the file itself. Importing a file again changes nothing.",
        parameters=_START_PARAMETERS,
        request=dict.fromkeys(MEDIA_TYPES, OpenApiTypes.BINARY),
        responses={202: ImportOutput},
    )
    def post(self, request: Request) -> Response:
        query = request.query_params
        check_query(query, allowed={x.name for x in _START_PARAMETERS})
        row = start_import(
            chunks=cast("Iterator[bytes]", request.data),
            format=_one_of(query, "file_format", ImportFormat.values),
            is_dry_run=_one_of(query, "dry_run", ["false", "true"], "false") == "true",
            currency=_one_of(query, "currency", sorted(EXPONENTS), "USD"),
            file_name=query.get("file_name", ""),
            user_id=actor_of(request).user_id,
            now=clock.now(),
        )
        _note(request, "start", row)
        return Response(render_import(row), status=202)


class ImportDetail(APIView):
    """GET /imports/{import_id}"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="get_import", summary="See how far an import is", responses=ImportOutput
    )
    def get(self, request: Request, import_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        return Response(render_import(import_of(import_id)))


class ImportProblems(APIView):
    """GET /imports/{import_id}/problems"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="list_import_problems",
        summary="List what is wrong in a file, line by line",
        parameters=PAGE_PARAMETERS,
        responses=ImportProblemPageOutput,
    )
    def get(self, request: Request, import_id: UUID) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        rows = problems_of(import_of(import_id).id)
        return Response(
            keyset_page(
                rows,
                request.query_params,
                order_by=("line", "id"),
                render=_render_problem,
                scope=str(import_id),
            )
        )


class CancelImport(APIView):
    """POST /imports/{import_id}/cancel"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="cancel_import",
        summary="Load nothing more of it; what was loaded stays",
        request=None,
        responses=ImportOutput,
    )
    def post(self, request: Request, import_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        row = cancel_import(import_id=import_id, now=clock.now())
        _note(request, "cancel", row)
        return Response(render_import(row))


class Exports(APIView):
    """GET /exports/products"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="export_products",
        summary="Read all products that are not retired, in the columns an import takes",
        parameters=[OpenApiParameter("file_format", str, enum=["csv", "jsonl"], required=True)],
        responses={
            (200, "text/csv"): OpenApiTypes.BINARY,
            (200, "application/jsonl"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        check_query(request.query_params, allowed={"file_format"})
        file_format = _one_of(request.query_params, "file_format", ["csv", "jsonl"])
        return StreamingHttpResponse(
            export_products(file_format=ImportFormat(file_format), at=clock.now()),
            content_type="text/csv" if file_format == "csv" else "application/jsonl",
            headers={
                "Content-Disposition": f'attachment; filename="products.{file_format}"',
                "Cache-Control": "private, no-store",
            },
        )


def render_import(row: Import) -> dict[str, Any]:
    return {
        "id": ids.encode("imp", row.id),
        "status": row.status,
        "format": row.format,
        "file_name": row.file_name,
        "dry_run": row.is_dry_run,
        "progress": row.progress,
        "read": row.rows_read,
        "created": row.rows_created,
        "changed": row.rows_changed,
        "unchanged": row.rows_unchanged,
        "refused": row.rows_refused,
        "problems": row.problems,
        "failure": row.failure,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }


def _render_problem(row: ImportProblem) -> dict[str, Any]:
    return {"line": row.line, "field": row.field, "code": row.code, "message": row.message}


def _one_of(
    query: Mapping[str, str], name: str, known: list[str], default: str | None = None
) -> Any:
    value = query.get(name, default)
    if value not in known:
        raise BadQuery(f"{name} is one of {', '.join(known)}.")
    return value


def _note(request: Request, verb: str, row: Import) -> None:
    """Leave in the audit trail who of the staff did it."""
    identity.record_act(
        actor=actor_of(request),
        action=f"catalog.import.{verb}",
        subject=ids.encode("imp", row.id),
        now=clock.now(),
    )
