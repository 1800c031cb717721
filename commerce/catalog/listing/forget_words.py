"""Forget words that no card has any more: nobody's typing error shall be mended to them."""

from __future__ import annotations

from django.db import connection, transaction

from commerce.catalog.listing.work import try_lock_listing


def forget_words() -> int:
    """Delete them and say how many, unless documents are being made just now.

    Whoever makes a document does not write the words that stand here already: nobody may take
    one away meanwhile.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        if not try_lock_listing():
            return 0
        cursor.execute(
            """
            DELETE FROM catalog_word WHERE NOT EXISTS (
                SELECT FROM catalog_card
                 WHERE words @@ plainto_tsquery(language::regconfig, word)
            )
            """
        )
        return int(cursor.rowcount)
