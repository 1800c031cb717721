"""Mail the links that people have asked for."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from commerce.identity.users.models import PasswordReset
from commerce.identity.users.reset_token import make_reset_token
from commerce.shared.sweeping import goes_well

BATCH = 20
# Longer than a batch of mails can take, so that nobody gets the same one twice.
TRY_AGAIN_AFTER = timedelta(minutes=5)
TEXT = """Somebody, probably you, asked for a new password for your account at {shop}.

Choose it here within the hour:

{shop}/password-reset?token={token}

If it was not you, do nothing: your password stays as it is.
"""


def mail_password_resets(*, now: datetime) -> int:
    """Mail what is due, oldest first; returns how many left. A failure is tried again later.

    A wish that could not be mailed for as long as a link would live is dropped: whoever still
    wants a new password has asked again.
    """
    mailed = 0
    for reset in _claim(now=now):
        mail = functools.partial(_mail, reset)
        if not goes_well(mail, event="identity.password_reset.not_mailed", user_id=str(reset.pk)):
            continue
        # A newer wish, made while the mail left, keeps its own time.
        PasswordReset.objects.filter(pk=reset.pk, requested_at=reset.requested_at).update(
            next_attempt_at=None
        )
        mailed += 1
    return mailed


def _claim(*, now: datetime) -> list[PasswordReset]:
    """Take some for this worker: the next attempt is noted before this one is made."""
    too_old = now - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    with transaction.atomic(durable=True):
        due = list(
            PasswordReset.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
            .select_related("user")
            .filter(next_attempt_at__lte=now, requested_at__gt=too_old, user__is_active=True)
            .order_by("next_attempt_at")[:BATCH]
        )
        PasswordReset.objects.filter(pk__in=[reset.pk for reset in due]).update(
            next_attempt_at=now + TRY_AGAIN_AFTER
        )
    return due


def _mail(reset: PasswordReset) -> None:
    EmailMessage(
        subject="Choose a new password",
        body=TEXT.format(shop=settings.PUBLIC_URL, token=make_reset_token(reset.user)),
        to=[reset.user.email],
    ).send()
