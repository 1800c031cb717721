"""Identity's interface, as other contexts call it."""

from __future__ import annotations

import pytest

from commerce.identity.interface import services as identity
from commerce.shared.ids import new_id
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db


class TestFindUser:
    def test_gives_the_account_with_its_roles_in_one_statement(self, django_assert_num_queries):
        user = UserFactory(email="wes@example.com", name="Wes", roles=["warehouse"])

        with django_assert_num_queries(1):
            found = identity.find_user(user_id=user.pk)

        assert found == identity.UserSummary(
            user_id=user.pk,
            email="wes@example.com",
            name="Wes",
            is_staff=True,
            roles=frozenset({"warehouse"}),
        )

    def test_gives_none_where_there_is_nobody(self):
        assert identity.find_user(user_id=new_id()) is None
