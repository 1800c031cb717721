"""Change a password: somebody who is signed in wants another one."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import transaction
from knox.models import AuthToken

from commerce.identity.users.models import User
from commerce.identity.users.password_rules import check_password_rules

log = structlog.get_logger(__name__)


def change_password(*, user_id: UUID, password: str) -> User:
    """Set the password and end every token; whoever calls has asked for the old one.

    Raises:
        PasswordTooWeak: it would be guessed too easily.
    """
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user_id)
        check_password_rules(password, user=user)
        user.set_password(password)
        user.save(update_fields=["password"])
        AuthToken.objects.filter(user=user).delete()
    log.info("identity.user.password_changed", user_id=str(user.pk))
    return user
