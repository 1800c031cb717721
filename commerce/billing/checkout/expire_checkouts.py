"""Expire checkouts that nobody has come back to."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from commerce.billing.checkout.promotions import redemption_reference
from commerce.billing.outbox import publish
from commerce.catalog.interface import services as catalog


def expire_checkouts(*, now: datetime) -> int:
    """Mark those whose time is over; returns how many.

    A promotion may still be held for one whose completion died, also where it was changed since
    and shows none any more; the catalog is told that nothing comes of it.
    """
    # Many rows at once, so past the transition; it is the same change, under the same condition.
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE billing_checkout SET status = 'expired'
             WHERE status = 'open' AND expires_at <= %s
            RETURNING CASE WHEN promotions <> '{}' OR version > 1 THEN id END
            """,
            [now],
        )
        expired = [checkout_id for (checkout_id,) in cursor.fetchall()]
        references = [redemption_reference(checkout_id) for checkout_id in expired if checkout_id]
        if references:
            publish(
                catalog.ReleaseRedemptionsV1(references=references, released_at=now),
                occurred_at=now,
            )
    return len(expired)
