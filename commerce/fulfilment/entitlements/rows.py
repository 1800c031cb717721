"""Steps of a transaction: the row of a reference, read and written as its terms."""

from __future__ import annotations

from dataclasses import asdict

from django.db import connection

from commerce.fulfilment.entitlements.models import Entitlement
from commerce.fulfilment.entitlements.terms import Terms
from commerce.shared.db import requires_transaction


@requires_transaction
def lock_entitlement(reference: str) -> tuple[Entitlement, Terms]:
    """Give the row of a reference and its terms; an unsaved one where there is none.

    The reference is locked and not the row, because at first there is no row to lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [reference])
    row = Entitlement.objects.filter(reference=reference).first()
    if row is None:
        row = Entitlement(reference=reference)
    terms = Terms(
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        granted_from=row.granted_from,
        revoked_at=row.revoked_at,
    )
    return row, terms


@requires_transaction
def write_terms(row: Entitlement, terms: Terms) -> None:
    for name, value in asdict(terms).items():
        setattr(row, name, value)
    row.save()
