"""Notes that a product has changed, so that its documents are made again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from commerce.catalog.listing.models import ProductChange
from commerce.shared.bells import ring
from commerce.shared.db import requires_transaction


@requires_transaction
def note_changes(product_ids: Collection[UUID], *, at: datetime) -> None:
    """Count the versions of locked products up, and have their documents made again.

    Drafts have no documents; their version counts all the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH changed AS (
                UPDATE catalog_product SET version = version + 1 WHERE id = ANY(%s)
                RETURNING id, status
            )
            INSERT INTO catalog_productchange (product_id, noted_at)
            SELECT id, %s FROM changed WHERE status <> 'draft'
            """,
            [list(product_ids), at],
        )
    transaction.on_commit(lambda: ring("catalog.refresh_listing", queue="default"))


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


def changes_due(*, now: datetime) -> QuerySet[ProductChange]:
    """What is still to be shown."""
    return ProductChange.objects.filter(Q(due_at=None) | Q(due_at__lte=now))
