"""Whether documents are behind, and who may make them: one at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import connection

from commerce.shared.db import requires_transaction

# Of two that write the same product, the slower could have read the older facts.
LOCK: Final = "commerce.catalog.listing"


def is_behind(*, now: datetime) -> bool:
    """Tell whether a change is due, or a rebuild or a collection's rules are not at their end."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (SELECT FROM catalog_productchange WHERE due_at IS NULL)
                OR EXISTS (SELECT FROM catalog_productchange WHERE due_at <= %s)
                OR EXISTS (SELECT FROM catalog_listingrebuild WHERE finished_at IS NULL)
                OR EXISTS (SELECT FROM catalog_collection WHERE evaluation_due_at IS NOT NULL)
            """,
            [now],
        )
        [is_left] = cursor.fetchone()
    return bool(is_left)


@requires_transaction
def try_lock_listing() -> bool:
    """Become the one who makes documents until the transaction ends, unless somebody is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
        [is_ours] = cursor.fetchone()
    return bool(is_ours)
