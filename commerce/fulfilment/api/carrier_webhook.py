"""REST endpoint the carrier calls: the event is checked, kept, acknowledged, and worked off later."""

from __future__ import annotations

import orjson
from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.fulfilment.carriers.http_carrier import CARRIER
from commerce.fulfilment.carriers.signature import verify_signature
from commerce.fulfilment.carriers.store_event import store_event
from commerce.shared import clock
from commerce.shared.api.actors import Anybody
from commerce.shared.api.problems import BodyTooLarge, Malformed
from commerce.shared.bells import ring

HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
EVENT_ID_LENGTH_MAX = 255


class CarrierWebhook(APIView):
    """POST /webhooks/carrier"""

    authentication_classes = []
    permission_classes = [Anybody]

    @extend_schema(
        operation_id="receive_carrier_webhook",
        summary="For the carrier: an event, signed after Standard Webhooks",
        parameters=[
            OpenApiParameter(name, location=OpenApiParameter.HEADER, required=True)
            for name in HEADERS
        ],
        request=OpenApiTypes.OBJECT,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        # Raw, before anybody parses it: the signature is over bytes.
        body = request.body
        if len(body) > settings.API_BODY_LIMIT_BYTES:
            raise BodyTooLarge
        event_id, timestamp, signatures = (request.headers.get(name, "") for name in HEADERS)
        now = clock.now()
        verify_signature(
            event_id=event_id,
            timestamp=timestamp,
            signatures=signatures,
            body=body,
            secrets=settings.CARRIER_WEBHOOK_SECRETS,
            now=now,
        )
        if not 1 <= len(event_id) <= EVENT_ID_LENGTH_MAX:
            raise Malformed("A webhook-id of 1 to 255 characters is expected.")
        try:
            orjson.loads(body)
        except orjson.JSONDecodeError as failure:
            raise Malformed(f"Not JSON: {failure}") from failure

        kept = store_event(provider=CARRIER, event_id=event_id, body=body.decode(), now=now)
        if kept:
            ring("fulfilment.process_carrier_event", event_id=str(kept))
        return Response(status=status.HTTP_204_NO_CONTENT)
