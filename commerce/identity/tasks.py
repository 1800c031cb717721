"""Identity's clock: config/schedule.py says when each of these is rung."""

from __future__ import annotations

from celery import shared_task

from commerce.identity.users import forget_expired as _forget_expired
from commerce.identity.users import mail_password_resets as _mail_password_resets
from commerce.shared import clock


@shared_task(name="identity.mail_password_resets")
def mail_password_resets() -> None:
    _mail_password_resets.mail_password_resets(now=clock.now())


@shared_task(name="identity.forget_expired")
def forget_expired() -> None:
    _forget_expired.forget_expired(now=clock.now())
