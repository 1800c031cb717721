"""Changing a password while signed in."""

from __future__ import annotations

import pytest
from knox.models import AuthToken

from commerce.identity.models import User
from commerce.identity.users.change_password import change_password
from commerce.identity.users.password_rules import PasswordTooWeak
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db


class TestChangingAPassword:
    def test_ends_every_token(self):
        ada, other = UserFactory(), UserFactory()
        for user in (ada, other):
            AuthToken.objects.create(user)

        change_password(user_id=ada.pk, password="new horse battery")

        assert User.objects.get(pk=ada.pk).check_password("new horse battery")
        assert [token.user_id for token in AuthToken.objects.all()] == [other.pk]

    def test_keeps_the_rules(self):
        ada = UserFactory()

        with pytest.raises(PasswordTooWeak):
            change_password(user_id=ada.pk, password="password")

        assert User.objects.get(pk=ada.pk).check_password("correct horse battery")
