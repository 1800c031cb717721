"""Make the documents of changed products again."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from commerce.catalog.listing.changes import changes_due
from commerce.catalog.listing.facts import load_facts
from commerce.catalog.listing.replace_documents import replace_documents
from commerce.catalog.products.models import ProductStatus

BATCH_SIZE: Final = 2_000
# One at a time: of two that write the same product, the slower could have read the older facts.
_LOCK: Final = "commerce.catalog.listing"


def refresh_listing(*, now: datetime) -> int:
    """Make documents until no change is due, and say how many products were looked at.

    Any number of callers may come at once: one works, the others return, and the one that works
    looks again after it has let go, so nobody's change is left behind. What a killed one had begun
    is still noted and is done by the next.
    """
    done = 0
    while changes_due(now=now).exists():
        refreshed = _refresh_batch(now)
        if refreshed is None:
            return done
        done += refreshed
    return done


def _refresh_batch(now: datetime) -> int | None:
    with transaction.atomic(durable=True):
        if not _try_lock():
            return None
        noted_at_by_product = _take_due(now)
        # A change may have been noted after this run began, or by a faster clock: what it set
        # must hold when the facts are read.
        at = max([now, *noted_at_by_product.values()])
        facts = load_facts(noted_at_by_product.keys(), at=at)
        replace_documents(
            noted_at_by_product.keys(),
            on_sale=[x for x in facts if x.status == ProductStatus.PUBLISHED],
        )
    return len(noted_at_by_product)


def _try_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])
        [is_ours] = cursor.fetchone()
    return bool(is_ours)


def _take_due(now: datetime) -> dict[UUID, datetime]:
    """Strike out what is due of the products noted first, and say when each was noted last.

    Where time itself is what has changed a product, its version is counted up here.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH waiting AS (
                SELECT product_id FROM catalog_productchange
                 WHERE due_at IS NULL OR due_at <= %(now)s
                 GROUP BY product_id ORDER BY min(id) LIMIT %(batch_size)s
            ), taken AS (
                DELETE FROM catalog_productchange change USING waiting
                 WHERE change.product_id = waiting.product_id
                   AND (change.due_at IS NULL OR change.due_at <= %(now)s)
                RETURNING change.product_id, change.noted_at, change.due_at
            ), touched AS (
                UPDATE catalog_product SET version = version + 1
                 WHERE id IN (SELECT id FROM catalog_product
                               WHERE id IN (SELECT product_id FROM taken WHERE due_at IS NOT NULL)
                               ORDER BY id FOR NO KEY UPDATE)
            )
            SELECT product_id, max(noted_at) FROM taken GROUP BY product_id
            """,
            {"now": now, "batch_size": BATCH_SIZE},
        )
        return dict(cursor.fetchall())
