"""Forgetting what is past its time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from knox.models import AuthToken

from commerce.identity.models import PasswordReset, SignInTries
from commerce.identity.users.forget_expired import forget_expired
from commerce.identity.users.request_password_reset import request_password_reset
from commerce.identity.users.tries import spend_try
from commerce.shared import clock
from tests.factories.identity import UserFactory

DAY = dt.timedelta(days=1)


@pytest.mark.django_db
class TestForgetExpired:
    @pytest.fixture
    def one_of_each(self, api):
        user = UserFactory()
        api.force_login(user)
        AuthToken.objects.create(user, expiry=DAY)
        spend_try(user.email, now=clock.now())
        request_password_reset(email=user.email, now=clock.now())

    def test_keeps_what_is_still_good(self, one_of_each):
        assert forget_expired(now=clock.now()) == 0

    def test_deletes_the_rest(self, one_of_each):
        assert forget_expired(now=clock.now() + 60 * DAY) == 4
        for table in (SignInTries, AuthToken, PasswordReset, Session):
            assert not table.objects.exists()
