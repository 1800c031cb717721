"""What a password must be: the validators of settings, as a refusal clients can read."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from commerce.identity.users.models import User
from commerce.shared.errors import Rejected


class PasswordTooWeak(Rejected):
    """The password would be guessed too easily."""

    code = "password_too_weak"

    def __init__(self, *, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def check_password_rules(password: str, *, user: User) -> None:
    try:
        validate_password(password, user=user)
    except ValidationError as failure:
        raise PasswordTooWeak(reasons=list(failure.messages)) from failure
