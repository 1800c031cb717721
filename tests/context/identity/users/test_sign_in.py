"""Signing in and out through the API."""

from __future__ import annotations

import datetime as dt

import pytest
from knox.models import AuthToken

from commerce.identity.models import User
from commerce.shared import clock
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def ada():
    return UserFactory(email="Ada@Example.com", name="Ada")


def log_in(api, email="ada@example.com", password=PASSWORD):
    return api.post("/v1/auth/login", {"email": email, "password": password}, format="json")


class TestSignIn:
    def test_gives_a_token_that_names_the_account(self, api, ada):
        answer = log_in(api)

        assert answer.status_code == 200
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['token']}")
        me = api.get("/v1/me").json()
        assert (me["email"], me["name"], me["roles"]) == ("Ada@Example.com", "Ada", [])
        assert me == answer.json()["user"]

    def test_does_not_care_about_the_case_of_the_address(self, api, ada):
        assert log_in(api, email="ADA@EXAMPLE.COM").status_code == 200

    def test_stores_no_token_anybody_could_use(self, api, ada):
        token = log_in(api).json()["token"]

        stored = AuthToken.objects.get()
        assert token not in (stored.digest, stored.token_key)

    def test_lasts_a_month_for_customers_and_half_a_day_for_staff(self, api, ada):
        UserFactory(email="wes@example.com", roles=["warehouse"])

        customer = dt.datetime.fromisoformat(log_in(api).json()["expires_at"])
        staff = dt.datetime.fromisoformat(log_in(api, "wes@example.com").json()["expires_at"])

        assert round((customer - clock.now()) / dt.timedelta(hours=1)) == 30 * 24
        assert round((staff - clock.now()) / dt.timedelta(hours=1)) == 12

    def test_answers_an_unknown_address_and_a_wrong_password_alike(self, api, ada):
        wrong = log_in(api, password="not it")
        unknown = log_in(api, email="nobody@example.com")

        assert (wrong.status_code, unknown.status_code) == (401, 401)
        assert wrong.json()["code"] == "wrong_credentials"
        without_id = [{**a.json(), "request_id": ""} for a in (wrong, unknown)]
        assert without_id[0] == without_id[1]
        assert wrong["WWW-Authenticate"] == unknown["WWW-Authenticate"]

    def test_does_the_same_work_for_an_unknown_address_and_a_wrong_password(
        self, api, ada, monkeypatch, django_assert_num_queries
    ):
        hashed = []
        monkeypatch.setattr(
            "django.contrib.auth.hashers.MD5PasswordHasher.encode",
            lambda self, password, salt: hashed.append(password) or f"md5${salt}$x",
        )
        with django_assert_num_queries(2):
            log_in(api, password="not it")
        with django_assert_num_queries(2):
            log_in(api, email="nobody@example.com", password="not it either")

        assert hashed == ["not it", "not it either"]

    def test_refuses_a_closed_account_like_a_wrong_password(self, api, ada):
        User.objects.update(is_active=False)

        assert log_in(api).json()["code"] == "wrong_credentials"

    def test_notes_when(self, api, ada):
        log_in(api)

        ada.refresh_from_db()
        assert clock.now() - ada.last_login < dt.timedelta(minutes=1)

    @pytest.mark.parametrize(
        "body",
        [{}, {"email": "x", "password": "y"}, {"email": "a@b.co", "password": 5}, {"email": ["a@b.co"], "password": "y"}, {"email": "a@b.co", "password": "\x00"}, {"email": "a@b.co", "password": "y" * 129}, {"email": "a@b.co", "password": "y", "is_staff": True}, []],
    )  # fmt: skip
    def test_names_the_fields_that_are_not_as_they_should_be(self, api, body):
        answer = api.post("/v1/auth/login", body, format="json")

        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


class TestARefusal:
    def test_says_how_many_tries_are_left_and_when_there_are_more(self, api, ada):
        answers = [log_in(api, ada.email, "wrong") for _ in range(11)]

        assert [answer.status_code for answer in answers] == [401] * 10 + [429]
        assert {answer["RateLimit-Policy"] for answer in answers} == {'"sign-in";q=10;w=900'}
        lefts = [answer["RateLimit"].split(";")[1] for answer in answers]
        assert lefts == [f"r={left}" for left in (*range(9, -1, -1), 0)]
        assert answers[-1]["RateLimit"].endswith(f";t={answers[-1]['Retry-After']}")


class TestSignOut:
    def test_ends_the_token_and_no_other(self, api, ada, sign_in):
        here, elsewhere = sign_in(ada), sign_in(ada)

        assert here.post("/v1/auth/logout").status_code == 204

        assert here.get("/v1/me").status_code == 401
        assert elsewhere.get("/v1/me").status_code == 200

    def test_ends_a_session_at_the_admin_site(self, api):
        api.force_login(UserFactory(roles=["support"]))

        assert api.post("/v1/auth/logout").status_code == 204
        assert api.get("/v1/me").status_code == 401

    def test_needs_somebody_who_is_signed_in(self, api):
        assert api.post("/v1/auth/logout").status_code == 401


class TestAdminSite:
    def log_in(self, api, password):
        return api.post(
            "/admin/login/",
            {"username": "wes@example.com", "password": password, "next": "/admin/"},
            format="multipart",
        )

    def test_counts_tries_together_with_the_api(self, api):
        UserFactory(email="wes@example.com", roles=["warehouse"])
        for _ in range(5):
            log_in(api, "wes@example.com", "wrong")
            self.log_in(api, "wrong")

        assert self.log_in(api, PASSWORD).status_code == 200  # the form again
        assert log_in(api, "wes@example.com", PASSWORD).status_code == 429

    def test_lets_staff_in_with_the_same_password(self, api):
        UserFactory(email="wes@example.com", roles=["warehouse"])

        answer = self.log_in(api, PASSWORD)

        assert (answer.status_code, answer["Location"]) == (302, "/admin/")
