"""Assigning roles: who works here, decided by an administrator and written down."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from knox.models import AuthToken

from commerce.identity.models import AuditEntry, User
from commerce.identity.roles.assign_roles import OwnAdminRole, assign_roles
from commerce.identity.roles.role import Role
from commerce.identity.users.queries import roles_of
from commerce.shared import ids
from commerce.shared.api.actors import Actor, ActorKind
from commerce.shared.errors import NotFound
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def boss() -> Actor:
    user = UserFactory(roles=["admin"])
    return Actor(kind=ActorKind.STAFF, user_id=user.pk, roles=frozenset({"admin"}))


def assign(user: User, *roles: str, actor: Actor) -> User:
    return assign_roles(user_id=user.pk, roles=[Role(r) for r in roles], actor=actor, now=NOON)


def roles(user: User) -> set[str]:
    return set(roles_of(User.objects.get(pk=user.pk)))


class TestAssigningRoles:
    def test_makes_a_customer_staff(self, boss):
        ada = UserFactory()

        assign(ada, "warehouse", "support", actor=boss)

        assert roles(ada) == {"warehouse", "support"}

    def test_takes_roles_that_are_not_named(self, boss):
        ada = UserFactory(roles=["warehouse", "finance"])

        assign(ada, "finance", actor=boss)

        assert roles(ada) == {"finance"}

    def test_makes_somebody_without_any_a_customer_again(self, boss):
        ada = UserFactory(roles=["warehouse"])

        assert not assign(ada, actor=boss).is_staff
        assert roles(ada) == set()

    @pytest.mark.parametrize(
        ("before", "after", "tokens"),
        [([], ["support"], 0), (["support"], [], 0), (["support"], ["support", "finance"], 1)],
    )
    def test_ends_tokens_of_who_becomes_staff_or_stops_being_it(self, before, after, tokens, boss):
        ada = UserFactory(roles=before)
        AuthToken.objects.create(ada)

        assign(ada, *after, actor=boss)

        assert AuthToken.objects.filter(user=ada).count() == tokens

    def test_stands_in_the_audit_trail(self, boss):
        ada = UserFactory(roles=["warehouse"])

        assign(ada, "support", actor=boss)

        entry = AuditEntry.objects.get(subject=ids.encode("usr", ada.pk))
        assert (entry.action, entry.actor_id) == ("identity.user.assign_roles", boss.user_id)
        assert entry.details == {"before": ["warehouse"], "after": ["support"]}

    def test_of_what_is_so_already_changes_nothing(self, boss):
        ada = UserFactory(roles=["support"])

        assign(ada, "support", actor=boss)

        assert not AuditEntry.objects.exists()

    def test_does_not_let_an_administrator_lock_themselves_out(self, boss):
        with pytest.raises(OwnAdminRole):
            assign(User.objects.get(pk=boss.user_id), "support", actor=boss)

        assert roles(User.objects.get(pk=boss.user_id)) == {"admin"}

    def test_needs_somebody(self, boss):
        with pytest.raises(NotFound):
            assign_roles(user_id=uuid4(), roles=[Role.SUPPORT], actor=boss, now=NOON)
