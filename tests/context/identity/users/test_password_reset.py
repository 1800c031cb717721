"""A forgotten password: asked for, mailed, chosen anew."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail
from knox.models import AuthToken

from commerce.identity.models import PasswordReset, User
from commerce.identity.users.mail_password_resets import mail_password_resets
from commerce.identity.users.request_password_reset import request_password_reset
from commerce.identity.users.reset_token import make_reset_token
from commerce.identity.users.tries import spend_try
from commerce.shared import clock
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def ada():
    return UserFactory(email="ada@example.com")


def confirm(api, token, password="another long one"):
    return api.post(
        "/v1/auth/password-reset/confirm", {"token": token, "password": password}, format="json"
    )


class TestPasswordReset:
    def test_goes_from_request_to_mail_to_a_new_password(self, api, ada):
        asked = api.post("/v1/auth/password-reset", {"email": "ADA@example.com"}, format="json")
        mail_password_resets(now=clock.now())
        (letter,) = mail.outbox
        token = re.search(r"token=(\S+)", letter.body)[1]
        done = confirm(api, token)

        assert (asked.status_code, letter.to, done.status_code) == (202, [ada.email], 204)
        ada.refresh_from_db()
        assert ada.check_password("another long one")

    def test_answers_an_unknown_address_alike_and_with_the_same_work(
        self, api, ada, django_assert_num_queries
    ):
        with django_assert_num_queries(1):
            known = api.post("/v1/auth/password-reset", {"email": ada.email}, format="json")
        with django_assert_num_queries(1):
            unknown = api.post(
                "/v1/auth/password-reset", {"email": "no@example.com"}, format="json"
            )

        assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
        assert PasswordReset.objects.count() == 1

    def test_ends_every_sign_in(self, api, ada, sign_in):
        thief = sign_in(ada)

        confirm(api, make_reset_token(ada))

        assert thief.get("/v1/me").status_code == 401
        assert not AuthToken.objects.exists()

    def test_lets_somebody_in_who_was_locked_out(self, api, ada):
        for _ in range(10):
            spend_try(ada.email, now=clock.now())

        confirm(api, make_reset_token(ada))

        login = {"email": ada.email, "password": "another long one"}
        assert api.post("/v1/auth/login", login, format="json").status_code == 200

    def test_works_once(self, api, ada):
        token = make_reset_token(ada)
        confirm(api, token)

        again = confirm(api, token, "a third long one")

        assert (again.status_code, again.json()["code"]) == (422, "reset_token_invalid")
        ada.refresh_from_db()
        assert ada.check_password("another long one")

    def test_works_for_an_hour(self, api, ada):
        with time_machine.travel(clock.now() - dt.timedelta(minutes=61), tick=False):
            token = make_reset_token(ada)

        assert confirm(api, token).json()["code"] == "reset_token_invalid"

    def test_does_not_work_for_a_closed_account(self, api, ada):
        token = make_reset_token(ada)
        User.objects.update(is_active=False)

        assert confirm(api, token).status_code == 422

    @pytest.mark.parametrize("token", ["x", "usr_x.y-z", ".", "usr_01h455vb4pex5vsknk084sn02q.x-y"])
    def test_does_not_work_with_a_token_of_somebody_elses_making(self, api, ada, token):
        assert confirm(api, token).json()["code"] == "reset_token_invalid"

    def test_refuses_a_weak_password_and_keeps_the_link_good(self, api, ada):
        token = make_reset_token(ada)

        assert confirm(api, token, "password").json()["code"] == "password_too_weak"
        assert confirm(api, token).status_code == 204


class TestMails:
    def test_go_out_once(self, ada):
        request_password_reset(email=ada.email, now=NOON)

        assert mail_password_resets(now=NOON) == 1
        assert mail_password_resets(now=NOON + MINUTE) == 0

    def test_do_not_flood_a_mailbox(self, ada):
        for i in range(10):
            request_password_reset(email=ada.email, now=NOON + i * dt.timedelta(seconds=59))
            mail_password_resets(now=NOON + i * dt.timedelta(seconds=59))

        assert len(mail.outbox) == 2  # at noon, and after five minutes

    def test_are_tried_again_when_the_mail_server_is_away(self, ada, monkeypatch):
        request_password_reset(email=ada.email, now=NOON)
        with monkeypatch.context() as away:
            away.setattr("django.core.mail.EmailMessage.send", lambda self: 1 / 0)
            assert mail_password_resets(now=NOON) == 0

        assert mail_password_resets(now=NOON + MINUTE) == 0
        assert mail_password_resets(now=NOON + 5 * MINUTE) == 1

    def test_of_one_that_fails_do_not_hold_up_the_others(self, ada, monkeypatch):
        request_password_reset(email=ada.email, now=NOON)
        request_password_reset(email=UserFactory(email="bob@example.com").email, now=NOON)
        send = mail.EmailMessage.send
        monkeypatch.setattr(
            "django.core.mail.EmailMessage.send",
            lambda self: 1 / 0 if self.to == ["ada@example.com"] else send(self),
        )

        assert mail_password_resets(now=NOON) == 1
        assert [letter.to for letter in mail.outbox] == [["bob@example.com"]]

    def test_are_dropped_when_they_are_as_old_as_a_link_may_be(self, ada):
        request_password_reset(email=ada.email, now=NOON)

        assert mail_password_resets(now=NOON + 61 * MINUTE) == 0
