"""Who is calling, read from the request: a bearer token, an API key, or a staff member's session.

Named in settings (REST_FRAMEWORK), so no context imports it. Tokens and keys cost one SQL
statement; a browser session costs two, and only staff have one.
"""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from commerce.identity.api_keys.queries import use_api_key
from commerce.identity.api_keys.secret import MARK
from commerce.identity.users.models import User
from commerce.identity.users.queries import roles_of, user_of_token
from commerce.shared import clock
from commerce.shared.api.actors import Actor, ActorKind

# Longer than any token or key of ours; what is longer is not worth hashing.
CREDENTIAL_LENGTH_MAX = 128


class Authentication(BaseAuthentication):
    """Puts an `Actor` on `request.auth`; a caller without credentials stays anonymous."""

    def authenticate(self, request: Request) -> tuple[User | None, Actor] | None:
        credential = bearer_token(request)
        if credential is None:
            return self._from_session(request)
        if credential.startswith(MARK):
            return None, self._from_key(credential)
        return self._from_token(credential)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

    def _from_token(self, token: str) -> tuple[User, Actor]:
        user = user_of_token(token, now=clock.now())
        if user is None:
            raise AuthenticationFailed("The token is not valid, or no longer.")
        return user, actor_of_user(user)

    def _from_key(self, key: str) -> Actor:
        known = use_api_key(key, now=clock.now())
        if known is None:
            raise AuthenticationFailed("The API key is not valid, or no longer.")
        return Actor(kind=ActorKind.SERVER, key_id=known.key_id, scopes=known.scopes)

    def _from_session(self, request: Request) -> tuple[User, Actor] | None:
        found = SessionAuthentication().authenticate(request)
        if found is None:
            return None
        user: User = found[0]
        # Customers have tokens; a session belongs to somebody at the admin site.
        return (user, actor_of_user(user)) if user.is_staff else None


def bearer_token(request: Request) -> str | None:
    """Read the credential from the header; None where there is no header at all."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, credential = header.partition(" ")
    if (
        scheme.lower() != "bearer"
        or not 1 <= len(credential) <= CREDENTIAL_LENGTH_MAX
        or not (credential.isascii() and credential.isprintable())
    ):
        raise AuthenticationFailed("Authorization: Bearer <token> is expected.")
    return credential


def actor_of_user(user: User) -> Actor:
    return Actor(
        kind=ActorKind.STAFF if user.is_staff else ActorKind.CUSTOMER,
        user_id=user.pk,
        email=user.email,
        roles=roles_of(user),
    )
