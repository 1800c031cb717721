"""Bill again what a billing run has set aside: the tax rate it lacked may be entered by now."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from commerce.billing.subscriptions.models import Subscription


def retry_failed_billing(*, ids: Sequence[UUID] | None = None) -> int:
    """Put subscriptions that could not be billed back among the due, all or these; says how many.

    What is still wrong with one is found again by the next run, which says so again.
    """
    failed = Subscription.objects.filter(billing_failed_at__isnull=False)
    if ids is not None:
        failed = failed.filter(pk__in=ids)
    return failed.update(billing_failed_at=None, billing_failure="")
