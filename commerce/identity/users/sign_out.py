"""Sign out: the token that asks for it is good for nothing any more."""

from __future__ import annotations

from knox.crypto import hash_token
from knox.models import AuthToken


def sign_out(*, token: str) -> None:
    """Delete the token; the person's other devices stay signed in."""
    AuthToken.objects.filter(pk=hash_token(token)).delete()
