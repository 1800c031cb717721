"""The token of a reset link: `usr_…` and Django's own token, which a new password invalidates."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator

from commerce.identity.users.models import User
from commerce.shared import ids


def make_reset_token(user: User) -> str:
    return f"{ids.encode('usr', user.pk)}.{default_token_generator.make_token(user)}"


def user_of_reset_token(token: str) -> User | None:
    """Give the active account whose password the token may change, or None."""
    public_id, _, proof = token.partition(".")
    try:
        user = User.objects.filter(pk=ids.decode("usr", public_id), is_active=True).first()
    except ids.InvalidId:
        return None
    return user if user and default_token_generator.check_token(user, proof) else None
