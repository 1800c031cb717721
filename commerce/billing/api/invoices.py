"""REST endpoints of invoices: read them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.billing.api import shapes
from commerce.billing.invoices.models import Invoice
from commerce.shared.api.actors import Actor, GuestsToo, actor_of, opens
from commerce.shared.api.pages import BadQuery, check_query, keyset_page
from commerce.shared.api.serializers import PageOutput, many
from commerce.shared.errors import NotFound

# Staff and servers who see every customer's invoices.
READERS: Final = ("finance", "support")
READ: Final = "invoices:read"


class InvoicePageOutput(PageOutput):
    data = many(shapes.InvoiceOutput)


class Invoices(APIView):
    """GET /invoices"""

    scope = "invoices"

    @extend_schema(
        operation_id="list_invoices",
        summary="List your invoices, the newest first; staff see everybody's",
        parameters=[
            OpenApiParameter("filter[status]", enum=Invoice.Status.values),
            OpenApiParameter("limit", type={"type": "integer", "minimum": 1, "maximum": 100}),
            OpenApiParameter("cursor", type=str),
        ],
        responses=InvoicePageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"filter[status]", "limit", "cursor"})
        rows = _visible_to(actor_of(request))
        wanted = request.query_params.get("filter[status]")
        if wanted is not None:
            if wanted not in Invoice.Status.values:
                raise BadQuery(f"filter[status] is one of {', '.join(Invoice.Status.values)}.")
            rows = rows.filter(status=wanted)
        return Response(
            keyset_page(
                rows,
                request.query_params,
                order_by=("-created_at", "-id"),
                render=shapes.invoice,
                scope=wanted or "",
            )
        )


class InvoiceDetail(APIView):
    """GET /invoices/{invoice_id}"""

    permission_classes = [GuestsToo]

    @extend_schema(
        operation_id="get_invoice",
        summary="Read an invoice with its lines and credit notes",
        responses=shapes.InvoiceDetailOutput,
    )
    def get(self, request: Request, invoice_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        row = _find_for(request, invoice_id)
        lines = row.lines.order_by("position")
        notes = row.credit_notes.order_by("issued_at", "id")
        return Response(
            shapes.invoice(row)
            | {
                "lines": [shapes.invoice_line(line) for line in lines],
                "credit_notes": [shapes.credit_note(note) for note in notes],
            }
        )


def _visible_to(actor: Actor) -> QuerySet[Invoice]:
    if actor.may(roles=READERS, scope=READ):
        return Invoice.objects.all()
    if actor.user_id is None:
        return Invoice.objects.none()
    return Invoice.objects.filter(user_id=actor.user_id)


def _find_for(request: Request, invoice_id: UUID) -> Invoice:
    """Give an invoice to whoever may see its order; drafts are the office's own."""
    row = Invoice.objects.select_related("order").filter(pk=invoice_id).first()
    if row is None:
        raise NotFound
    actor = actor_of(request)
    if actor.may(roles=READERS, scope=READ):
        return row
    is_own = row.user_id is not None and row.user_id == actor.user_id
    is_opened = row.order is not None and opens(request, secret_hash=row.order.secret_hash)
    if row.status == Invoice.Status.DRAFT or not (is_own or is_opened):
        raise NotFound
    return row
