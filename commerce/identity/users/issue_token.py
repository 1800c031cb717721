"""Give somebody who has proved who they are an opaque token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from knox.models import AuthToken

from commerce.identity.users.models import User

log = structlog.get_logger(__name__)

# A customer comes back after a month without typing a password; staff start each day with one.
CUSTOMER_TOKEN_LIVES = timedelta(days=30)
STAFF_TOKEN_LIVES = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """`token` is told this once; only its hash is stored."""

    user: User
    token: str
    expires_at: datetime


def issue_token(*, user: User, now: datetime) -> SignedIn:
    """Make a token. Each call makes one; earlier ones stay good."""
    lives = STAFF_TOKEN_LIVES if user.is_staff else CUSTOMER_TOKEN_LIVES
    with transaction.atomic(durable=True):
        row, token = AuthToken.objects.create(user, expiry=lives)
        User.objects.filter(pk=user.pk).update(last_login=now)
    log.info("identity.user.signed_in", user_id=str(user.pk))
    return SignedIn(user=user, token=token, expires_at=row.expiry)
