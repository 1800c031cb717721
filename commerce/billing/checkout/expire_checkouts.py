"""Expire checkouts that nobody has come back to."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.checkout.models import Checkout


def expire_checkouts(*, now: datetime) -> int:
    """Mark those whose time is over; returns how many. Nothing is held for them."""
    # Many rows at once, so past the transition; it is the same change, under the same condition.
    return Checkout.objects.filter(status=Checkout.Status.OPEN, expires_at__lte=now).update(
        status=Checkout.Status.EXPIRED
    )
