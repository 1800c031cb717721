"""Check an e-mail address and a password: for the API and for the admin site alike."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.contrib.auth.hashers import make_password

from commerce.identity.users.models import User
from commerce.identity.users.queries import users_with_email_and_roles
from commerce.identity.users.tries import give_back_try, spend_try
from commerce.shared.errors import Unauthenticated
from commerce.shared.rate_limit import RateLimit

log = structlog.get_logger(__name__)


class WrongCredentials(Unauthenticated):
    """The e-mail address or the password is wrong."""

    code = "wrong_credentials"

    def __init__(self, rate_limit: RateLimit) -> None:
        super().__init__()
        self._rate_limit = rate_limit


def check_credentials(*, email: str, password: str, now: datetime) -> User:
    """Give the account; an unknown address is answered like a wrong password, and as slowly.

    Raises:
        WrongCredentials: no account, another password, or an account that was closed.
        TooManyTries: ten wrong passwords within fifteen minutes.
    """
    rate_limit = spend_try(email, now=now)
    user = users_with_email_and_roles(email).first()
    if user is None:
        # Hashing takes most of the time; without it the clock would tell who has an account.
        make_password(password)
        log.info("identity.sign_in.refused", user_id=None)
        raise WrongCredentials(rate_limit)
    if not user.check_password(password) or not user.is_active:
        log.info("identity.sign_in.refused", user_id=str(user.pk))
        raise WrongCredentials(rate_limit)
    give_back_try(email, tried_at=now)
    return user
