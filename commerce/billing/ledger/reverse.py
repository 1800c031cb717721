"""Reverse a movement: the ledger's only way to correct, because nothing in it ever changes."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.ledger.models import Entry, Transaction
from commerce.shared.db import insert_all, requires_transaction


@requires_transaction
def reverse(*, reference: str, at: datetime) -> Transaction:
    """Post the opposite of every entry of a movement; each can be reversed once.

    Raises:
        Transaction.DoesNotExist: nothing was posted under this reference.
    """
    original = Transaction.objects.prefetch_related("entries").get(reference=reference)
    opposite = Transaction(
        reference=f"reversal:{original.reference}",
        recipe=f"{original.recipe}_reversed",
        occurred_at=at,
        reverses=original,
    )
    insert_all(
        opposite,
        *(
            Entry(
                transaction=opposite,
                account_id=entry.account_id,
                amount_minor=-entry.amount_minor,
                currency=entry.currency,
            )
            for entry in original.entries.all()
        ),
    )
    return opposite
