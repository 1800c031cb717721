"""REST endpoints of the checkout: two requests make an order."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.billing.api import checkout_shapes as shapes
from commerce.billing.api.addresses import AddressInput
from commerce.billing.checkout.change_checkout import Change, change_checkout
from commerce.billing.checkout.complete_checkout import complete_checkout
from commerce.billing.checkout.delivery import delivery_options_of
from commerce.billing.checkout.models import Checkout, CheckoutLine
from commerce.billing.checkout.price_checkout import WantedLine
from commerce.billing.checkout.queries import load_checkout
from commerce.billing.checkout.start_checkout import start_checkout
from commerce.billing.customers.queries import find_card
from commerce.billing.idempotency import IdempotencyRecord
from commerce.shared import clock, ids
from commerce.shared.api.actors import Anybody, GuestsToo, actor_of, opens
from commerce.shared.api.etags import etag, version_expected
from commerce.shared.api.idempotent import idempotent
from commerce.shared.api.pages import check_query
from commerce.shared.api.serializers import (
    CurrencyField,
    Input,
    MoneyInput,
    StrictCharField,
    StrictIntegerField,
    read,
)
from commerce.shared.errors import NotFound

# More of one thing than any household carries; wholesale is another business.
QUANTITY_MAX = 10_000
LINES_MAX = 100
CODES_MAX = 10
# Staff who finish a checkout for a customer.
HELPERS = ("support",)


class LineInput(Input):
    """Units of a variant or of a plan."""

    sku = StrictCharField(max_length=100, required=False)
    plan = StrictCharField(max_length=100, required=False)
    quantity = StrictIntegerField(min_value=1, max_value=QUANTITY_MAX)

    def validate(self, attrs: dict[str, Any]) -> WantedLine:
        if ("sku" in attrs) == ("plan" in attrs):
            raise serializers.ValidationError("A line names a sku or a plan.", code="one_of")
        return WantedLine(**attrs)


def _codes() -> serializers.ListField:
    return serializers.ListField(
        child=StrictCharField(max_length=64), max_length=CODES_MAX, required=False
    )


class StartInput(Input):
    currency = CurrencyField()
    email = serializers.EmailField(
        max_length=254, required=False, help_text="May be left out by whoever is signed in."
    )
    lines = serializers.ListField(child=LineInput(), allow_empty=False, max_length=LINES_MAX)
    shipping_address = AddressInput(required=False)
    delivery_option = StrictCharField(max_length=64, required=False)
    promotion_codes = _codes()


class ChangeInput(Input):
    """Only what is named changes; `lines` replaces all lines."""

    email = serializers.EmailField(max_length=254, required=False)
    lines = serializers.ListField(
        child=LineInput(), allow_empty=False, max_length=LINES_MAX, required=False
    )
    shipping_address = AddressInput(required=False)
    delivery_option = StrictCharField(max_length=64, required=False)
    promotion_codes = _codes()


class CompleteInput(Input):
    payment_method = StrictCharField(
        max_length=255,
        required=False,
        help_text="A card you keep, or the provider's `pm_…` of any other; not needed for nothing.",
    )
    expected_total = MoneyInput(help_text="What the customer has agreed to pay.")


class Checkouts(APIView):
    """POST /checkouts"""

    permission_classes = [Anybody]

    @extend_schema(
        operation_id="start_checkout",
        summary="Price what you want to buy",
        request=StartInput,
        responses={201: shapes.StartedCheckoutOutput},
    )
    def post(self, request: Request) -> Response:
        wish = read(StartInput, request.data)
        actor = actor_of(request)
        email = wish.get("email") or actor.email
        if not email:
            raise serializers.ValidationError({"email": ["Guests have to say."]}, code="required")
        started = start_checkout(
            lines=wish["lines"],
            currency=wish["currency"],
            email=email,
            user_id=actor.user_id,
            shipping_address=wish.get("shipping_address"),
            delivery_option=wish.get("delivery_option", ""),
            promotion_codes=wish.get("promotion_codes", ()),
            now=clock.now(),
        )
        body = shapes.checkout(started.checkout, started.lines, started.offer.delivery_options)
        return Response(
            body | {"client_secret": started.client_secret},
            status=HTTPStatus.CREATED,
            headers={"ETag": etag(started.checkout.version)},
        )


class CheckoutDetail(APIView):
    """GET, PATCH /checkouts/{checkout_id}"""

    permission_classes = [GuestsToo]
    problems = {412: "It has changed since you read it."}

    @extend_schema(
        operation_id="get_checkout",
        summary="Read a checkout as it was shown last",
        responses=shapes.CheckoutOutput,
    )
    def get(self, request: Request, checkout_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        checkout, lines = find_for(request, checkout_id)
        body = shapes.checkout(checkout, lines, delivery_options_of(checkout, lines))
        return Response(body, headers={"ETag": etag(checkout.version)})

    @extend_schema(
        operation_id="change_checkout",
        summary="Change lines, address, delivery or codes; everything is priced anew",
        parameters=[OpenApiParameter("If-Match", location=OpenApiParameter.HEADER)],
        request=ChangeInput,
        responses=shapes.CheckoutOutput,
    )
    def patch(self, request: Request, checkout_id: UUID) -> Response:
        find_for(request, checkout_id)
        changed = change_checkout(
            checkout_id=checkout_id,
            change=Change(**read(ChangeInput, request.data)),
            expected_version=version_expected(request, required=False),
            now=clock.now(),
        )
        body = shapes.checkout(changed.checkout, changed.lines, changed.offer.delivery_options)
        return Response(body, headers={"ETag": etag(changed.checkout.version)})


class CheckoutDeliveryOptions(APIView):
    """GET /checkouts/{checkout_id}/delivery-options"""

    permission_classes = [GuestsToo]

    @extend_schema(
        operation_id="list_delivery_options",
        summary="List the ways to deliver it, the cheapest first",
        responses=shapes.DeliveryOptionsOutput,
    )
    def get(self, request: Request, checkout_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        checkout, lines = find_for(request, checkout_id)
        options = delivery_options_of(checkout, lines)
        return Response({"data": [shapes.delivery_option(option, checkout) for option in options]})


class CompleteCheckout(APIView):
    """POST /checkouts/{checkout_id}/complete"""

    permission_classes = [GuestsToo]
    problems = {402: "The card was declined; the order waits for another one."}

    @extend_schema(
        operation_id="complete_checkout",
        summary="Say yes: place the order and pay it",
        request=CompleteInput,
        responses={
            201: shapes.CompletedOutput,
            202: shapes.CompletedOutput,
        },
    )
    @idempotent(IdempotencyRecord)
    def post(self, request: Request, checkout_id: UUID) -> Response:
        wish = read(CompleteInput, request.data)
        checkout, lines = find_for(request, checkout_id)
        completed = complete_checkout(
            checkout=checkout,
            lines=lines,
            payment_method=_card(request, wish.get("payment_method", "")),
            expected_total=wish["expected_total"],
            now=clock.now(),
        )
        body = shapes.completed(completed)
        is_done = body["status"] == "completed"
        return Response(body, status=HTTPStatus.CREATED if is_done else HTTPStatus.ACCEPTED)


def _card(request: Request, named: str) -> str:
    """Give the provider's id of a card: a kept one goes by ours, any other by the provider's own.

    Raises:
        NotFound: it is ours, and not one of the caller's.
    """
    try:
        kept = ids.decode("pm", named)
    except ids.InvalidId:
        return named
    return find_card(actor_of(request), kept).provider_id


def find_for(request: Request, checkout_id: UUID) -> tuple[Checkout, Sequence[CheckoutLine]]:
    """Give the checkout to its customer, to whoever holds its secret, or to staff.

    Raises:
        NotFound: there is none, or it is somebody else's; the two look alike.
    """
    checkout, lines = load_checkout(checkout_id)
    actor = actor_of(request)
    is_own = checkout.user_id is not None and checkout.user_id == actor.user_id
    is_helped = actor.may(roles=HELPERS)
    if is_own or is_helped or opens(request, secret_hash=checkout.secret_hash):
        return checkout, lines
    raise NotFound
