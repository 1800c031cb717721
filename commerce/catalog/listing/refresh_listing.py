"""Make the documents of changed products again, and go on with a rebuild when nothing else waits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from commerce.catalog.collections.evaluate_rules import evaluate_rules
from commerce.catalog.collections.refresh_members import refresh_members
from commerce.catalog.listing.facts import load_facts
from commerce.catalog.listing.market_facts import ListingMarket, market_of_currency
from commerce.catalog.listing.models import (
    Card,
    ListedMarket,
    Listing,
    ListingRebuild,
    Placement,
)
from commerce.catalog.listing.replace_documents import replace_documents
from commerce.catalog.listing.work import is_behind, try_lock_listing
from commerce.catalog.products.models import Product, ProductStatus
from commerce.shared.money import EXPONENTS

# Whatever changes while a batch is made waits for its end: it takes a fifth of a second.
BATCH_SIZE: Final = 500


def refresh_listing(*, now: datetime) -> int:
    """Make documents until nothing is left to do, and say how many products were looked at.

    Any number of callers may come at once: one works, the others return, and the one that works
    looks again after it has let go, so nobody's change is left behind. What a killed one had begun
    is still noted and is done by the next.

    A run may take minutes. `now` is when it begins, and time goes on: documents are made of what
    holds when their batch is, or a price that somebody set meanwhile would be the old one again.
    """
    began, done = monotonic(), 0

    def present() -> datetime:
        return now + timedelta(seconds=monotonic() - began)

    while is_behind(now=present()):
        refreshed = _refresh_batch(present)
        if refreshed is None:
            return done
        done += refreshed
    return done


def _refresh_batch(present: Callable[[], datetime]) -> int | None:
    with transaction.atomic(durable=True):
        if not try_lock_listing():
            return None
        now = present()  # not before: whoever had the lock may have shown what is newer
        noted_at_by_product = _take_due(now)
        if not noted_at_by_product:
            return evaluate_rules(now=now) or _go_on_with_rebuild(now)
        # A change may have been noted by a faster clock: what it set must hold when the facts
        # are read.
        at = max([now, *noted_at_by_product.values()])
        _make_documents(noted_at_by_product.keys(), at=at)
    return len(noted_at_by_product)


def _take_due(now: datetime) -> dict[UUID, datetime]:
    """Strike out the changes noted first, and say when each product's was noted.

    Where time itself is what has changed a product, its version is counted up here.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH due AS (
                (SELECT id FROM catalog_productchange WHERE due_at IS NULL
                  ORDER BY id LIMIT %(batch_size)s)
                 UNION ALL
                (SELECT id FROM catalog_productchange WHERE due_at <= %(now)s
                  ORDER BY due_at LIMIT %(batch_size)s)
            ), taken AS (
                DELETE FROM catalog_productchange WHERE id IN (SELECT id FROM due)
                RETURNING product_id, noted_at, due_at
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


def _go_on_with_rebuild(now: datetime) -> int:
    rebuild = ListingRebuild.objects.select_for_update().filter(finished_at=None).first()
    if rebuild is None:
        return 0
    products = Product.objects.exclude(status=ProductStatus.DRAFT).order_by("pk")
    if rebuild.after_id is not None:
        products = products.filter(pk__gt=rebuild.after_id)
    product_ids = list(products.values_list("pk", flat=True)[:BATCH_SIZE])
    if product_ids:
        _make_documents(product_ids, at=now)
        rebuild.after_id = product_ids[-1]
        rebuild.done += len(product_ids)
    else:
        _list_markets([ListingMarket(**market) for market in rebuild.made_for["markets"]])
        rebuild.finished_at = now
    rebuild.save(update_fields=["after_id", "done", "finished_at"])
    return len(product_ids)


def _make_documents(product_ids: Collection[UUID], *, at: datetime) -> None:
    facts = refresh_members(load_facts(product_ids, at=at))
    replace_documents(
        product_ids, on_sale=[x for x in facts if x.status == ProductStatus.PUBLISHED]
    )


def _list_markets(markets: Sequence[ListingMarket]) -> None:
    """Let lists know the markets that documents have been made for, and no others."""
    codes = {market.code for market in markets}
    ListedMarket.objects.exclude(code__in=codes).delete()
    ListedMarket.objects.bulk_create(
        [
            ListedMarket(
                code=market.code,
                currency=market.currency,
                locale=market.locale,
                language=market.language,
                is_default=market.is_default,
                countries=list(market.countries),
            )
            for market in markets
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["currency", "locale", "language", "is_default", "countries"],
    )
    unserved = set(EXPONENTS) - {market.currency for market in markets}
    kept = codes | {market_of_currency(currency).code for currency in unserved}
    made_for = set(Listing.objects.order_by().values_list("market", flat=True).distinct())
    gone = made_for - kept
    if gone:
        for table in (Listing, Card, Placement):
            table.objects.filter(market__in=gone).delete()
