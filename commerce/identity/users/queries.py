"""Reads of accounts, each in one SQL statement."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from knox.crypto import hash_token

from commerce.identity.interface.dto import UserSummary
from commerce.identity.roles.role import Role
from commerce.identity.users.models import User


def find_user(*, user_id: UUID) -> UserSummary | None:
    user = users_with_roles().filter(pk=user_id).first()
    return _to_summary(user) if user else None


def user_of_token(token: str, *, now: datetime) -> User | None:
    """Give the active account that a bearer token was made for, with its roles."""
    return (
        users_with_roles()
        .filter(
            # The primary key of a token is its SHA-512: one index lookup, nothing to compare.
            auth_token_set__digest=hash_token(token),
            auth_token_set__expiry__gt=now,
            is_active=True,
        )
        .first()
    )


def users_with_roles() -> QuerySet[User]:
    """Select accounts so that `roles_of(user)` needs no statement of its own."""
    names = Group.objects.filter(user=OuterRef("pk")).order_by("name").values("name")
    return User.objects.annotate(group_names=ArraySubquery(names))


def users_with_email_and_roles(email: str) -> QuerySet[User]:
    return users_with_roles().filter(pk__in=User.objects.with_email(email).values("pk"))


def roles_of(user: User) -> frozenset[str]:
    """Name the roles; only staff have any, and a superuser has `admin`."""
    if not user.is_staff:
        return frozenset()
    names = getattr(user, "group_names", None)
    if names is None:
        names = user.groups.values_list("name", flat=True)
    return frozenset(names) & set(Role.values) | (
        {Role.ADMIN.value} if user.is_superuser else set()
    )


def _to_summary(user: User) -> UserSummary:
    return UserSummary(
        user_id=user.pk,
        email=user.email,
        name=user.name,
        is_staff=user.is_staff,
        roles=roles_of(user),
    )
