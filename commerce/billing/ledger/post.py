"""Post movements: the only way rows get into the ledger."""

from __future__ import annotations

from commerce.billing.ledger.models import Entry, Transaction
from commerce.billing.ledger.templates import Posting
from commerce.shared.db import insert_all, requires_transaction


@requires_transaction
def post(*postings: Posting) -> list[Transaction]:
    """Write movements into the caller's transaction, in one statement however many they are.

    A movement without legs, as of a free order, is left out. The database checks at commit that
    each balances; a reference that was posted before breaks the transaction that repeats it.
    """
    transactions, entries = [], []
    for posting in postings:
        if not posting.legs:
            continue
        transaction = Transaction(
            reference=posting.reference, recipe=posting.recipe, occurred_at=posting.occurred_at
        )
        transactions.append(transaction)
        entries += [
            Entry(
                transaction=transaction,
                account_id=leg.account,
                amount_minor=leg.amount.minor,
                currency=leg.amount.currency,
            )
            for leg in posting.legs
        ]
    if transactions:
        insert_all(*transactions, *entries)
    return transactions
