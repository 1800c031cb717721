"""REST endpoint by which staff say whose prices a customer has."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.billing.customers.models import GROUP_MAX
from commerce.billing.customers.set_customer_group import set_customer_group
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.pages import check_query
from commerce.shared.api.serializers import Input, Output, StrictCharField, read


class CustomerGroupInput(Input):
    customer_group = StrictCharField(
        max_length=GROUP_MAX, allow_blank=True, help_text="Empty: in no group."
    )


class CustomerGroupOutput(Output):
    id = serializers.CharField(help_text="`cus_…`")
    email = serializers.EmailField()
    customer_group = serializers.CharField(allow_blank=True)


class SetCustomerGroup(APIView):
    """POST /customers/{customer_id}/group"""

    permission_classes = [Staff]
    roles = ("finance", "support")

    @extend_schema(
        operation_id="set_customer_group",
        summary="Say whose prices a customer has",
        request=CustomerGroupInput,
        responses=CustomerGroupOutput,
    )
    def post(self, request: Request, customer_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        group = read(CustomerGroupInput, request.data)["customer_group"]
        customer = set_customer_group(customer_id=customer_id, customer_group=group)
        identity.record_act(
            actor=actor_of(request),
            action="billing.customer.set_group",
            subject=ids.encode("cus", customer_id),
            details={"customer_group": group},
            now=clock.now(),
        )
        return Response(
            {
                "id": ids.encode("cus", customer.id),
                "email": customer.email,
                "customer_group": customer.customer_group,
            }
        )
