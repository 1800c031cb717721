"""Making an account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from rest_framework.test import APIClient

from commerce.identity.models import User
from tests.factories.identity import UserFactory

ADA = {"email": "ada@example.com", "password": "correct horse battery", "name": "Ada"}


def register(api, **changes):
    return api.post("/v1/auth/register", {**ADA, **changes}, format="json")


@pytest.mark.django_db
class TestRegisterUser:
    def test_makes_an_account_and_signs_in(self, api):
        answer = register(api)

        assert answer.status_code == 201
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['token']}")
        assert api.get("/v1/me").json()["name"] == "Ada"

    def test_makes_customers_only(self, api):
        answer = register(api, is_staff=True)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/is_staff"
        assert not User.objects.exists()

    def test_refuses_an_address_that_has_an_account_in_any_case(self, api):
        UserFactory(email="ada@example.com")

        answer = register(api, email="ADA@Example.com")

        assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")

    @pytest.mark.parametrize("password", ["short", "password", "12345678"])
    def test_refuses_a_password_that_would_be_guessed(self, api, password):
        answer = register(api, password=password)

        assert (answer.status_code, answer.json()["code"]) == (422, "password_too_weak")
        assert answer.json()["reasons"]
        assert not User.objects.exists()

    def test_keeps_the_password_as_typed_and_only_as_a_hash(self, api):
        register(api, password="  spaces matter  ")

        user = User.objects.get()
        assert user.check_password("  spaces matter  ")
        assert "spaces" not in user.password


@pytest.mark.django_db(transaction=True)
class TestRegisterUserAtOnce:
    def test_makes_one_account_of_ten_clicks(self):
        def click(_: int) -> int:
            try:
                return register(APIClient()).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(10) as threads:
            answers = sorted(threads.map(click, range(10)))

        assert answers == [201] + 9 * [409]
        assert User.objects.count() == 1
