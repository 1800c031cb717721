"""Sign in: a right password buys an opaque token."""

from __future__ import annotations

from datetime import datetime

from commerce.identity.users.check_credentials import check_credentials
from commerce.identity.users.issue_token import SignedIn, issue_token


def sign_in(*, email: str, password: str, now: datetime) -> SignedIn:
    """Give a new token. Each call makes one; earlier ones stay good.

    Raises:
        WrongCredentials: no such account, another password, or an account that was closed.
        TooManyTries: ten wrong passwords within fifteen minutes.
    """
    user = check_credentials(email=email, password=password, now=now)
    return issue_token(user=user, now=now)
