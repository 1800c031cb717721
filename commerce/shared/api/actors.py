"""Who is calling: a customer, a guest with a secret, a server with scopes, or staff with roles."""

from __future__ import annotations

import hashlib
import hmac
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


# Permissions. `Anybody` is for doors that check the object's owner themselves.


class Anybody(permissions.AllowAny):
    pass


class SignedIn(permissions.BasePermission):
    """A customer or a member of staff."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if actor_of(request).user_id is None:
            raise exceptions.NotAuthenticated
        return True


class Staff(permissions.BasePermission):
    """Staff with one of the view's `roles`; `admin` may do everything."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        actor = actor_of(request)
        if actor.kind is ActorKind.ANONYMOUS:
            raise exceptions.NotAuthenticated
        allowed: frozenset[str] = frozenset(getattr(view, "roles", ())) | {"admin"}
        return actor.is_staff and bool(actor.roles & allowed)


def same_secret(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def describe(actor: Actor) -> dict[str, Any]:
    """For logs and audit rows: ids only, nothing personal."""
    return {
        "actor": str(actor.kind),
        "actor_id": str(actor.user_id or actor.key_id or "") or None,
    }
