"""One's own account."""

from __future__ import annotations

import pytest

from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db


class TestChangeProfile:
    @pytest.fixture
    def me(self, sign_in):
        return sign_in(UserFactory(name="Ada", email="ada@example.com"))

    def test_sets_the_name(self, me):
        assert me.patch("/v1/me", {"name": "Ada L."}, format="json").json()["name"] == "Ada L."
        assert me.get("/v1/me").json()["name"] == "Ada L."

    def test_changes_nothing_when_nothing_is_sent(self, me):
        assert me.patch("/v1/me", {}, format="json").json()["name"] == "Ada"

    @pytest.mark.parametrize(
        "field", ["email", "is_staff", "roles", "is_superuser", "password", "id"]
    )
    def test_refuses_everything_else(self, me, field):
        answer = me.patch("/v1/me", {"name": "X", field: "admin"}, format="json")

        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")
        assert me.get("/v1/me").json()["name"] == "Ada"

    def test_needs_a_person(self, api):
        assert api.get("/v1/me").status_code == 401
        assert api.patch("/v1/me", {"name": "X"}, format="json").status_code == 401
