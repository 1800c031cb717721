"""Delete what is past its time: tries, tokens, reset wishes and browser sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from knox.models import AuthToken

from commerce.identity.users.models import PasswordReset, SignInTries


def forget_expired(*, now: datetime) -> int:
    """Return how many rows went. Nothing here is believed past its time anyway; this keeps it small."""
    reset_ends = now - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    gone = [
        SignInTries.objects.filter(forget_at__lt=now).delete(),
        AuthToken.objects.filter(expiry__lt=now).delete(),
        PasswordReset.objects.filter(requested_at__lt=reset_ends).delete(),
        Session.objects.filter(expire_date__lt=now).delete(),
    ]
    return sum(rows for rows, _ in gone)
