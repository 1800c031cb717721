"""Grant an entitlement: somebody may use a feature, or may use it for longer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.fulfilment.entitlements.models import Entitlement
from commerce.fulfilment.entitlements.rows import lock_entitlement, write_terms
from commerce.fulfilment.entitlements.terms import granted


def grant_entitlement(
    *,
    reference: str,
    holder_id: UUID,
    feature: str,
    valid_from: datetime,
    valid_until: datetime | None,
) -> Entitlement:
    """Open a feature to a holder; a later grant under the same reference extends the same right.

    Repeating it changes nothing, and grants and revocations may arrive in any order.
    """
    with transaction.atomic(durable=True):
        row, terms = lock_entitlement(reference)
        row.holder_id, row.feature = holder_id, feature
        write_terms(row, granted(terms, valid_from=valid_from, valid_until=valid_until))
    return row
