"""Revoke an entitlement: the right ends before its time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.fulfilment.entitlements.rows import lock_entitlement, write_terms
from commerce.fulfilment.entitlements.terms import revoked


def revoke_entitlement(*, reference: str, revoked_at: datetime) -> None:
    """End what was granted under a reference up to then; repeating it changes nothing.

    A revocation nobody has granted anything for yet is remembered, and closes the late grant.
    """
    with transaction.atomic(durable=True):
        row, terms = lock_entitlement(reference)
        write_terms(row, revoked(terms, at=revoked_at))
