"""POST /webhooks/stripe: believe the signature, store the event, acknowledge, ring the bell."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.billing.payments.provider import provider
from commerce.billing.provider_events.receive_event import receive_event
from commerce.shared import clock
from commerce.shared.api.actors import Anybody
from commerce.shared.api.problems import BodyTooLarge
from commerce.shared.bells import ring


class StripeWebhook(APIView):
    """POST /webhooks/stripe"""

    authentication_classes = []
    permission_classes = [Anybody]

    @extend_schema(
        operation_id="receive_stripe_event",
        summary="For Stripe alone: a signed event",
        parameters=[
            OpenApiParameter("Stripe-Signature", location=OpenApiParameter.HEADER, required=True)
        ],
        request=OpenApiTypes.OBJECT,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        # Raw, before anybody parses it: the signature is over bytes.
        body = request.body
        if len(body) > settings.API_BODY_LIMIT_BYTES:
            raise BodyTooLarge
        event = provider().read_event(body, request.headers.get("Stripe-Signature", ""))
        stored = receive_event(event, now=clock.now())
        if stored:
            ring("billing.process_provider_event", event_id=str(stored))
        return Response(status=HTTPStatus.NO_CONTENT)
