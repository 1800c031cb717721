"""Rows of a payment, locked in the agreed order: order or subscription, invoice, payment, attempt."""

from __future__ import annotations

from uuid import UUID

from commerce.billing.payments.models import Attempt
from commerce.billing.subscriptions.models import Subscription
from commerce.shared.db import requires_transaction


@requires_transaction
def lock_attempt(attempt_id: UUID) -> Attempt:
    """Lock an attempt and everything its outcome changes; the rows hang on the attempt.

    Raises:
        Attempt.DoesNotExist: there is no such attempt.
    """
    # PostgreSQL locks the tables in the order named here. It cannot lock the nullable side of an
    # outer join; asking for a column that is never NULL makes the join to the order an inner one.
    of_an_order = (
        Attempt.objects.select_related(
            "payment__order", "payment__invoice", "payment__customer__test_clock"
        )
        .filter(pk=attempt_id, payment__order__placed_at__isnull=False)
        .select_for_update(
            of=("payment__order", "payment__invoice", "payment", "self"), no_key=True
        )
        .first()
    )
    return of_an_order or _lock_attempt_of_subscription(attempt_id)


def _lock_attempt_of_subscription(attempt_id: UUID) -> Attempt:
    list(
        Subscription.objects.select_for_update(of=("self",), no_key=True).filter(
            invoices__payments__attempts=attempt_id
        )
    )
    return (
        Attempt.objects.select_related(
            "payment__order", "payment__invoice", "payment__customer__test_clock"
        )
        .select_for_update(of=("payment__invoice", "payment", "self"), no_key=True)
        .get(pk=attempt_id)
    )
