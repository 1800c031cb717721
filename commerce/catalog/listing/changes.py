"""Notes that a product has changed, so that its documents are made again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from commerce.catalog.listing.models import ProductChange
from commerce.catalog.products.models import Product, ProductStatus
from commerce.shared.bells import ring
from commerce.shared.db import requires_transaction


@requires_transaction
def note_changes(product_ids: Collection[UUID], *, at: datetime) -> None:
    """Count the versions of locked products up, and have their documents made again.

    Drafts have no documents; their version counts all the same. A bundle shows what is in it, so
    its documents are made again as well; its product is not locked, and is counted up then.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH changed AS (
                UPDATE catalog_product SET version = version + 1 WHERE id = ANY(%(ids)s)
                RETURNING id, status
            )
            INSERT INTO catalog_productchange (product_id, noted_at, due_at)
            SELECT id, %(at)s, NULL::timestamptz FROM changed WHERE status <> 'draft'
             UNION ALL
            SELECT DISTINCT bundle.product_id, %(at)s, %(at)s
              FROM catalog_bundlecomponent content
              JOIN catalog_variant component ON component.id = content.component_id
              JOIN catalog_variant bundle ON bundle.id = content.bundle_id
              JOIN catalog_product product ON product.id = bundle.product_id
             WHERE component.product_id = ANY(%(ids)s)
               AND bundle.product_id <> ALL(%(ids)s) AND product.status <> 'draft'
            RETURNING id
            """,
            {"ids": list(product_ids), "at": at},
        )
        noted = [id_ for (id_,) in cursor.fetchall()]
    if noted:
        transaction.on_commit(lambda: _ring_unless_rung(min(noted)))


@requires_transaction
def note_changes_of(products: QuerySet[Product], *, at: datetime) -> None:
    """Have the documents of these made again, however many, without locking their products.

    For what they show and do not own: the name of an attribute, of a category. Their versions
    are counted up when the documents are made. Drafts have no documents.
    """
    _note(products.exclude(status=ProductStatus.DRAFT), at)
    transaction.on_commit(ring_for_refresh)


@requires_transaction
def note_coming_changes_of(products: QuerySet[Product], *, at: datetime) -> None:
    """The same when that moment comes. A draft may have been published by then."""
    _note(products, at)


def _note(products: QuerySet[Product], at: datetime) -> None:
    ids, values = products.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO catalog_productchange (product_id, noted_at, due_at)
            SELECT id, %s, %s FROM catalog_product WHERE id IN ({ids})
            """,  # noqa: S608 - the query is Django's own, its values are parameters
            [at, at, *values],
        )


@requires_transaction
def note_coming_changes(
    moments_by_product: Mapping[UUID, Collection[datetime]], *, at: datetime
) -> None:
    """Have documents made again when those moments come, for a price that begins or ends then."""
    ProductChange.objects.bulk_create(
        ProductChange(product_id=product_id, noted_at=at, due_at=moment)
        for product_id, moments in moments_by_product.items()
        for moment in sorted(moments)
    )


def _ring_unless_rung(first: int) -> None:
    """Wake the worker that makes documents, unless it is awake, or was rung for and is coming.

    A change older than ours that is still noted says so: whoever strikes it out looks again
    afterwards, and finds ours. So a hundred changes a second cost a handful of bells.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM catalog_productchange WHERE due_at IS NULL AND id < %s)",
            [first],
        )
        [is_coming] = cursor.fetchone()
    if not is_coming:
        ring_for_refresh()


def ring_for_refresh() -> None:
    ring("catalog.refresh_listing")


def changes_due(*, now: datetime) -> QuerySet[ProductChange]:
    """What is still to be shown."""
    return ProductChange.objects.filter(Q(due_at=None) | Q(due_at__lte=now))
