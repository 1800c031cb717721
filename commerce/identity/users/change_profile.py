"""Change what people may change about themselves."""

from __future__ import annotations

from commerce.identity.users.models import User


def change_profile(*, user: User, name: str) -> User:
    """Set the name. The address stays: it is proved by mail, and signs people in."""
    user.name = name
    user.save(update_fields=["name"])
    return user
