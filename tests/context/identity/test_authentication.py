"""Credentials on a request, and who the caller is then."""

from __future__ import annotations

import pytest
from django.urls import path
from knox.models import AuthToken
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from commerce.identity.api_keys.models import ApiKey
from commerce.identity.api_keys.secret import new_secret, prefix_of
from commerce.shared import clock
from commerce.shared.api.actors import Anybody, actor_of, hash_secret
from tests.factories.identity import UserFactory


class WhoAmI(APIView):
    permission_classes = [Anybody]

    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        return Response(
            {
                "kind": actor.kind,
                "user": actor.user_id and str(actor.user_id),
                "key": actor.key_id and str(actor.key_id),
                "roles": sorted(actor.roles),
                "scopes": sorted(actor.scopes),
            }
        )

    post = get


urlpatterns = [path("who", WhoAmI.as_view())]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class TestBearerTokens:
    def test_name_the_customer_in_one_statement(self, sign_in, django_assert_num_queries):
        user = UserFactory()
        client = sign_in(user)

        with django_assert_num_queries(1):
            answer = client.get("/who").json()

        assert (answer["kind"], answer["user"]) == ("customer", str(user.pk))

    def test_carry_the_roles_of_staff_in_the_same_statement(
        self, sign_in, django_assert_num_queries
    ):
        client = sign_in(UserFactory(roles=["warehouse", "support"]))

        with django_assert_num_queries(1):
            answer = client.get("/who").json()

        assert (answer["kind"], answer["roles"]) == ("staff", ["support", "warehouse"])

    def test_give_a_customer_no_role_whatever_groups_the_account_is_in(self, sign_in):
        user = UserFactory(roles=["admin"])
        user.is_staff = False
        user.save()

        answer = sign_in(user).get("/who").json()

        assert (answer["kind"], answer["roles"]) == ("customer", [])

    def test_end_with_the_account(self, sign_in):
        user = UserFactory()
        client = sign_in(user)
        user.is_active = False
        user.save()

        assert client.get("/who").status_code == 401

    def test_expire(self, sign_in):
        client = sign_in(UserFactory())
        AuthToken.objects.update(expiry=clock.now())

        assert client.get("/who").status_code == 401

    @pytest.mark.parametrize(
        "header",
        ["Bearer", "Bearer ", "Bearer nonsense", "Bearer ck_nonsense", "Basic dTpw", "Bearer " + 200 * "a", "Bearer a\x00", "Bearer é"],
    )  # fmt: skip
    def test_are_refused_with_401_when_they_are_not_ours(self, api, header):
        answer = api.get("/who", HTTP_AUTHORIZATION=header)

        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.json()["code"] in {"authentication_failed", "not_authenticated"}

    def test_are_not_needed_where_anybody_may_call(self, api, django_assert_num_queries):
        with django_assert_num_queries(0):
            answer = api.get("/who").json()

        assert answer["kind"] == "anonymous"


class TestApiKeys:
    @pytest.fixture
    def secret(self):
        return new_secret()

    @pytest.fixture
    def key(self, secret):
        return ApiKey.objects.create(
            name="Warehouse robot",
            prefix=prefix_of(secret),
            secret_hash=hash_secret(secret),
            scopes=["stock:read"],
            created_by=UserFactory(roles=["admin"]),
            created_at=clock.now(),
        )

    def test_name_the_server_and_note_their_use_in_one_statement(
        self, api, key, secret, django_assert_num_queries
    ):
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")

        with django_assert_num_queries(1):
            answer = api.get("/who").json()

        assert (answer["kind"], answer["key"]) == ("server", str(key.pk))
        assert answer["scopes"] == ["stock:read"]
        key.refresh_from_db()
        assert key.last_used_at is not None

    def test_are_refused_once_revoked(self, api, key, secret):
        ApiKey.objects.update(revoked_at=clock.now())

        answer = api.get("/who", HTTP_AUTHORIZATION=f"Bearer {secret}")

        assert answer.status_code == 401


class TestSessions:
    @pytest.fixture
    def browser(self):
        browser = APIClient(enforce_csrf_checks=True)
        browser.force_login(UserFactory(roles=["finance"]))
        return browser

    def test_name_the_member_of_staff_in_two_statements(self, browser, django_assert_num_queries):
        with django_assert_num_queries(2):
            answer = browser.get("/who").json()

        assert (answer["kind"], answer["roles"]) == ("staff", ["finance"])

    def test_are_refused_where_a_change_comes_without_the_csrf_token(self, browser):
        assert browser.post("/who", {}, format="json").status_code == 403

    def test_do_not_serve_customers(self):
        browser = APIClient()
        browser.force_login(UserFactory())

        assert browser.get("/who").json()["kind"] == "anonymous"
