"""Access: what fulfilment is told when a subscription to a feature begins, goes on or ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from commerce.fulfilment.interface.services import GrantEntitlementV1, RevokeEntitlementV1


def grant(
    *, subscription_id: UUID, holder_id: UUID, feature: str, at: datetime, paid_until: datetime
) -> GrantEntitlementV1:
    """Let the holder in from now until what is paid for ends, and for some days of grace after it.

    Without grace, access would break off at each renewal until the charge has gone through, and
    for good customers whose bank says no once. How long it lasts: BILLING_ACCESS_GRACE_DAYS.
    """
    return GrantEntitlementV1(
        reference=str(subscription_id),
        holder_id=holder_id,
        feature=feature,
        # When it was decided, not when the period began: so a late message can be told from a
        # new decision after a revocation.
        valid_from=at,
        valid_until=paid_until + timedelta(days=settings.BILLING_ACCESS_GRACE_DAYS),
    )


def revoke(*, subscription_id: UUID, at: datetime) -> RevokeEntitlementV1:
    """End the right at an instant, which may still be to come."""
    return RevokeEntitlementV1(reference=str(subscription_id), revoked_at=at)
