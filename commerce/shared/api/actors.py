"""Who is calling: a customer, a guest with a secret, a server with scopes, or staff with roles."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.crypto import constant_time_compare
from rest_framework import exceptions, permissions
from rest_framework.request import Request

if TYPE_CHECKING:
    # rest_framework.views loads the default permissions, that is this module, while it loads itself.
    from rest_framework.views import APIView


class ActorKind(StrEnum):
    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    SERVER = "server"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The caller in plain words; identity's authentication classes put it on `request.auth`.

    `user_id` is a customer's or staff member's user, `key_id` a server's API key. A guest is
    anonymous here: the secret in `Client-Secret` opens one checkout or order and nothing else.
    """

    kind: ActorKind = ActorKind.ANONYMOUS
    user_id: UUID | None = None
    key_id: UUID | None = None
    email: str | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    scopes: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    def may(self, *, roles: Collection[str] = (), scope: str | None = None) -> bool:
        """Tell whether it is staff with one of the roles, or a server whose key has the scope.

        `admin` has every role; nobody has every scope.
        """
        if self.is_staff:
            return bool(self.roles & {"admin", *roles})
        return self.kind is ActorKind.SERVER and scope in self.scopes


ANONYMOUS = Actor()


def actor_of(request: Request) -> Actor:
    return request.auth if isinstance(request.auth, Actor) else ANONYMOUS


def owner_key(request: Request) -> str:
    """Name the space in which the caller's idempotency keys live; never shared between callers."""
    actor = actor_of(request)
    if actor.user_id or actor.key_id:
        return f"{actor.kind}:{actor.user_id or actor.key_id}"
    secret = client_secret(request)
    return f"guest:{hash_secret(secret)}" if secret else "anonymous"


# Guests.


def client_secret(request: Request) -> str | None:
    return request.headers.get("Client-Secret")


def hash_secret(secret: str) -> str:
    """What is stored of a secret: it is 256 random bits, so one plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def opens(request: Request, *, secret_hash: str) -> bool:
    """Tell whether the request carries the secret that was hashed, in constant time."""
    given = client_secret(request)
    return bool(given and secret_hash) and constant_time_compare(
        hash_secret(given or ""), secret_hash
    )


# Permissions. `Anybody` is for doors that check the object's owner themselves. A view that servers
# may come to names a `scope`: "stock" wants `stock:read` of a key that reads, `stock:write` of one
# that changes. A key that is good and not enough is told so: 403, never 401.


class Anybody(permissions.AllowAny):
    pass


class GuestsToo(Anybody):
    """Whoever sends the secret that a guest was given comes in as its owner does."""


class SignedIn(permissions.BasePermission):
    """A customer or a member of staff, or a server with the view's scope."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        actor = actor_of(request)
        if actor.kind is ActorKind.ANONYMOUS:
            raise exceptions.NotAuthenticated
        return actor.user_id is not None or actor.may(scope=_scope_wanted(request, view))


class Staff(permissions.BasePermission):
    """Staff with one of the view's `roles`, or a server with its scope."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        actor = actor_of(request)
        if actor.kind is ActorKind.ANONYMOUS:
            raise exceptions.NotAuthenticated
        return actor.may(roles=getattr(view, "roles", ()), scope=_scope_wanted(request, view))


def _scope_wanted(request: Request, view: APIView) -> str | None:
    about: str | None = getattr(view, "scope", None)
    if about is None:
        return None
    return f"{about}:{'read' if request.method in permissions.SAFE_METHODS else 'write'}"


def same_secret(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def describe(actor: Actor) -> dict[str, Any]:
    """For logs and audit rows: ids only, nothing personal."""
    return {
        "actor": str(actor.kind),
        "actor_id": str(actor.user_id or actor.key_id or "") or None,
    }
