"""REST endpoints of payments: how one stands, while the customer waits."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.billing.api import shapes
from commerce.billing.payments.models import Attempt, Payment
from commerce.shared.api.actors import GuestsToo, actor_of, opens
from commerce.shared.api.pages import check_query
from commerce.shared.errors import NotFound

# Staff and servers who see every customer's payments.
READERS: Final = ("finance", "support")
READ: Final = "payments:read"


class PaymentDetail(APIView):
    """GET /payments/{payment_id}"""

    permission_classes = [GuestsToo]

    @extend_schema(
        operation_id="get_payment",
        summary="Read how a payment stands; poll it while it is processing",
        responses=shapes.PaymentDetailOutput,
    )
    def get(self, request: Request, payment_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        row = _find_for(request, payment_id)
        attempts = list(row.attempts.order_by("attempt_no"))
        waiting = next((a for a in attempts if a.status == Attempt.Status.REQUIRES_ACTION), None)
        return Response(
            shapes.payment(row, next_action=waiting.next_action if waiting else None)
            | {"attempts": [shapes.attempt(attempt) for attempt in attempts]}
        )


def _find_for(request: Request, payment_id: UUID) -> Payment:
    row = Payment.objects.select_related("order", "invoice").filter(pk=payment_id).first()
    if row is None:
        raise NotFound
    actor = actor_of(request)
    is_own = row.invoice.user_id is not None and row.invoice.user_id == actor.user_id
    is_opened = row.order is not None and opens(request, secret_hash=row.order.secret_hash)
    if is_own or is_opened or actor.may(roles=READERS, scope=READ):
        return row
    raise NotFound
