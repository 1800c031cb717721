"""Choose a new password with the link from the mail."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction
from knox.models import AuthToken

from commerce.identity.users.models import User
from commerce.identity.users.password_rules import check_password_rules
from commerce.identity.users.reset_token import user_of_reset_token
from commerce.identity.users.tries import forgive_tries
from commerce.shared.errors import Rejected

log = structlog.get_logger(__name__)


class ResetTokenInvalid(Rejected):
    """The link is too old, was used before, or was not copied whole."""

    code = "reset_token_invalid"


def reset_password(*, token: str, password: str, now: datetime) -> None:
    """Set the password and end every sign-in: whoever knew the old one is out.

    Raises:
        ResetTokenInvalid: the link is no longer good; a password that was set stays set.
        PasswordTooWeak: it would be guessed too easily.
    """
    user = user_of_reset_token(token)
    if user is None:
        raise ResetTokenInvalid
    check_password_rules(password, user=user)

    with transaction.atomic(durable=True):
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
        # Checked again under the lock: two clicks on one link must not both win.
        user = user_of_reset_token(token)
        if user is None:
            raise ResetTokenInvalid
        user.set_password(password)
        user.save(update_fields=["password"])
        AuthToken.objects.filter(user=user).delete()
        forgive_tries(user.email)
    log.info("identity.user.password_reset", user_id=str(user.pk))
