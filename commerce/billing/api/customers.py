"""REST endpoints of what a customer keeps here: cards to be charged, addresses to be sent to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.billing.api.addresses import AddressInput
from commerce.billing.api.shapes import AddressOutput
from commerce.billing.customers.add_address import add_address
from commerce.billing.customers.add_payment_method import add_payment_method
from commerce.billing.customers.customer_of_user import customer_of_user
from commerce.billing.customers.models import Address, PaymentMethod
from commerce.billing.customers.queries import addresses_of, cards_of, find_address, find_card
from commerce.billing.customers.remove_address import remove_address
from commerce.billing.customers.remove_payment_method import remove_payment_method
from commerce.billing.customers.set_default_payment_method import set_default_payment_method
from commerce.billing.idempotency import IdempotencyRecord
from commerce.shared import clock, ids
from commerce.shared.api.actors import actor_of
from commerce.shared.api.idempotent import idempotent
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.api.serializers import (
    Input,
    Output,
    PageOutput,
    StrictBooleanField,
    StrictCharField,
    many,
    read,
)

PAGING = [
    OpenApiParameter("limit", type={"type": "integer", "minimum": 1, "maximum": 100}),
    OpenApiParameter("cursor", type=str),
]


# Cards.


class PaymentMethodOutput(Output):
    id = serializers.CharField(help_text="`pm_…`")
    brand = serializers.CharField()
    last4 = serializers.CharField()
    exp_month = serializers.IntegerField()
    exp_year = serializers.IntegerField()
    is_default = serializers.BooleanField(help_text="Charged where no other card is named.")
    created_at = serializers.DateTimeField()


class PaymentMethodPageOutput(PageOutput):
    data = many(PaymentMethodOutput)


class PaymentMethods(APIView):
    """GET and POST /me/payment-methods"""

    problems = {402: "The card's bank does not want it kept."}

    class Body(Input):
        payment_method = StrictCharField(
            max_length=255, help_text="The provider's id, made by its own form in the browser."
        )
        is_default = StrictBooleanField(default=False)

    @extend_schema(
        operation_id="list_payment_methods",
        summary="List your cards, the newest first",
        parameters=PAGING,
        responses=PaymentMethodPageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        cards = cards_of(actor_of(request))
        return Response(
            keyset_page(cards, request.query_params, order_by=("-id",), render=render_card)
        )

    @extend_schema(
        operation_id="add_payment_method",
        summary="Keep a card for later charges",
        request=Body,
        responses={201: PaymentMethodOutput},
    )
    @idempotent(IdempotencyRecord)
    def post(self, request: Request) -> Response:
        body, actor, now = read(self.Body, request.data), actor_of(request), clock.now()
        assert actor.user_id, "SignedIn lets nobody else in"
        customer = customer_of_user(user_id=actor.user_id, now=now)
        card = add_payment_method(
            customer_id=customer.id,
            payment_method=body["payment_method"],
            make_default=body["is_default"],
            now=now,
        )
        return Response(render_card(card), status=status.HTTP_201_CREATED)


class PaymentMethodDetail(APIView):
    """DELETE /me/payment-methods/{payment_method_id}"""

    @extend_schema(
        operation_id="remove_payment_method",
        summary="Let a card go; one that a subscription is charged to has to be replaced first",
        responses={204: None},
    )
    def delete(self, request: Request, payment_method_id: UUID) -> Response:
        card = find_card(actor_of(request), payment_method_id)
        remove_payment_method(payment_method_id=card.id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class MakeDefault(APIView):
    """POST /me/payment-methods/{payment_method_id}/default"""

    class Body(Input):
        """Nothing is to be said, and so nothing is accepted."""

    @extend_schema(
        operation_id="set_default_payment_method",
        summary="Charge this card where no other is named",
        request=Body,
        responses=PaymentMethodOutput,
    )
    def post(self, request: Request, payment_method_id: UUID) -> Response:
        read(self.Body, request.data)
        card = find_card(actor_of(request), payment_method_id)
        return Response(render_card(set_default_payment_method(payment_method_id=card.id)))


def render_card(row: PaymentMethod) -> dict[str, Any]:
    return {
        "id": ids.encode("pm", row.id),
        "brand": row.brand,
        "last4": row.last4,
        "exp_month": row.exp_month,
        "exp_year": row.exp_year,
        "is_default": row.is_default,
        "created_at": row.created_at,
    }


# The address book.


class AddressBookOutput(AddressOutput):
    id = serializers.CharField(help_text="`addr_…`")
    created_at = serializers.DateTimeField()


class AddressPageOutput(PageOutput):
    data = many(AddressBookOutput)


class Addresses(APIView):
    """GET and POST /me/addresses"""

    @extend_schema(
        operation_id="list_addresses",
        summary="List your address book, the newest first",
        parameters=PAGING,
        responses=AddressPageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        rows = addresses_of(actor_of(request))
        return Response(
            keyset_page(rows, request.query_params, order_by=("-id",), render=render_address)
        )

    @extend_schema(
        operation_id="add_address",
        summary="Keep an address",
        request=AddressInput,
        responses={201: AddressBookOutput},
    )
    def post(self, request: Request) -> Response:
        address, actor, now = read(AddressInput, request.data), actor_of(request), clock.now()
        assert actor.user_id, "SignedIn lets nobody else in"
        customer = customer_of_user(user_id=actor.user_id, now=now)
        kept = add_address(customer_id=customer.id, address=address, now=now)
        return Response(render_address(kept), status=status.HTTP_201_CREATED)


class AddressDetail(APIView):
    """DELETE /me/addresses/{address_id}"""

    @extend_schema(
        operation_id="remove_address",
        summary="Take an address out of the book; orders keep their copies",
        responses={204: None},
    )
    def delete(self, request: Request, address_id: UUID) -> Response:
        remove_address(address_id=find_address(actor_of(request), address_id).id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def render_address(row: Address) -> dict[str, Any]:
    return {
        "id": ids.encode("addr", row.id),
        "name": row.name,
        "line1": row.line1,
        "line2": row.line2,
        "city": row.city,
        "region": row.region,
        "postal_code": row.postal_code,
        "country": row.country,
        "phone": row.phone,
        "created_at": row.created_at,
    }
