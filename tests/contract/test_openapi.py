"""The description of the API: complete, and of nothing that is not there."""

from __future__ import annotations

import pytest
import yaml
from django.urls import path
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.management.commands.spectacular import SchemaGenerationError
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.shared.management.documents.api import api_documents

# What find_for, may_see and their likes open with a secret; a new one has to stand here.
GUESTS = {
    "get /v1/checkouts/{checkout_id}",
    "patch /v1/checkouts/{checkout_id}",
    "get /v1/checkouts/{checkout_id}/delivery-options",
    "post /v1/checkouts/{checkout_id}/complete",
    "get /v1/orders/{order_id}",
    "get /v1/orders/{order_id}/timeline",
    "post /v1/orders/{order_id}/cancel",
    "get /v1/payments/{payment_id}",
    "get /v1/invoices/{invoice_id}",
    "get /v1/shipments/{shipment_id}",
    "get /v1/returns/{return_id}",
    "post /v1/returns",
}


class Undescribed(APIView):
    def get(self, request):
        return Response({})


urlpatterns = [path("v1/undescribed", Undescribed.as_view())]


@pytest.fixture(autouse=True)
def fresh_statistics():
    GENERATOR_STATS.reset()
    yield
    GENERATOR_STATS.reset()


class TestDescription:
    @pytest.fixture(scope="class")
    @classmethod
    def described(cls):
        return yaml.safe_load(api_documents()["openapi.yaml"])

    def test_is_made_without_a_warning(self, described):
        assert described["openapi"].startswith("3.1")

    def test_tells_how_to_sign_in(self, described):
        assert "/v1/auth/login" in described["paths"]
        assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"

    def test_tells_guests_where_their_secret_opens(self, described):
        doors = {
            (method, address): operation
            for address, methods in described["paths"].items()
            for method, operation in methods.items()
            if any(x["name"] == "Client-Secret" for x in operation.get("parameters", []))
        }

        assert {f"{method} {address}" for method, address in doors} == GUESTS
        assert [door for door, operation in doors.items() if {} not in operation["security"]] == []

    def test_names_every_operation_once(self, described):
        names = [
            operation["operationId"]
            for methods in described["paths"].values()
            for operation in methods.values()
        ]

        assert len(names) == len(set(names))

    def test_has_a_problem_for_every_refusal(self, described):
        missing = [
            f"{method.upper()} {address} {status}"
            for address, methods in described["paths"].items()
            for method, operation in methods.items()
            for status, answer in operation["responses"].items()
            if status >= "400" and "application/problem+json" not in answer.get("content", {})
        ]

        assert missing == []

    @pytest.mark.urls(__name__)
    def test_fails_where_a_view_says_nothing_about_itself(self):
        with pytest.raises(SchemaGenerationError):
            api_documents()
