"""Bill again what a billing run has set aside: the tax rate it lacked may be entered by now."""

from __future__ import annotations

from commerce.billing.subscriptions.models import Subscription


def retry_failed_billing() -> int:
    """Put every subscription that could not be billed back among the due; returns how many.

    What is still wrong with one is found again by the next run, which says so again.
    """
    return Subscription.objects.filter(billing_failed_at__isnull=False).update(
        billing_failed_at=None, billing_failure=""
    )
