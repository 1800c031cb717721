"""Register: a customer makes an account."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.identity.users.issue_token import SignedIn, issue_token
from commerce.identity.users.models import User
from commerce.identity.users.password_rules import check_password_rules
from commerce.shared.db import refusals
from commerce.shared.errors import Conflict


class EmailTaken(Conflict):
    """There is an account with this e-mail address."""

    code = "email_taken"


def register_user(*, email: str, password: str, name: str, now: datetime) -> SignedIn:
    """Make the account and sign in to it. A repeat is refused: only the password proves who asks.

    Raises:
        EmailTaken: the address has an account, in whatever case it is written.
        PasswordTooWeak: it would be guessed too easily.
    """
    user = User(email=email, name=name, date_joined=now)
    check_password_rules(password, user=user)
    user.set_password(password)
    with refusals({"identity_user_email_once": EmailTaken}), transaction.atomic(durable=True):
        user.save(force_insert=True)
    return issue_token(user=user, now=now)
