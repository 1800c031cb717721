"""Post movements by the thousand: the same rows as post.py writes, with COPY."""

from __future__ import annotations

from collections.abc import Iterable

from commerce.billing.ledger.models import Entry, Transaction
from commerce.billing.ledger.templates import Posting
from commerce.shared.db import copy_rows, requires_transaction
from commerce.shared.ids import new_id


@requires_transaction
def post_many(postings: Iterable[Posting]) -> None:
    """Write movements into the caller's transaction; `post` says what holds for each."""
    transactions, entries = [], []
    for posting in postings:
        if not posting.legs:
            continue
        transaction_id = new_id()
        transactions.append(
            (transaction_id, posting.reference, posting.recipe, posting.occurred_at)
        )
        entries += [
            (transaction_id, leg.account.value, leg.amount.minor, leg.amount.currency)
            for leg in posting.legs
        ]
    copy_rows(Transaction, ["id", "reference", "recipe", "occurred_at"], transactions)
    copy_rows(Entry, ["transaction_id", "account_id", "amount_minor", "currency"], entries)
