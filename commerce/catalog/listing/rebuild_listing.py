"""Make every document again, while the shop goes on: after a change of what documents say."""

from __future__ import annotations

from datetime import datetime

import orjson
from django.db import transaction

from commerce.catalog.listing.changes import ring_for_refresh
from commerce.catalog.listing.markets import what_documents_are_made_for
from commerce.catalog.listing.models import ListingRebuild
from commerce.catalog.products.models import Product, ProductStatus
from commerce.shared.ids import new_id

# Of two who begin at once the later waits for the earlier, and begins the same run anew.
_BEGIN = """
INSERT INTO catalog_listingrebuild AS run (id, started_at, products, done, made_for)
VALUES (%s, %s, %s, 0, %s)
    ON CONFLICT (finished_at) WHERE finished_at IS NULL
    DO UPDATE SET started_at = EXCLUDED.started_at, products = EXCLUDED.products, done = 0,
                  made_for = EXCLUDED.made_for, after_id = NULL
RETURNING run.*
"""


def rebuild_listing(*, now: datetime) -> ListingRebuild:
    """Begin a run through all products; one that is under way begins anew.

    The documents follow in batches, see `refresh_listing`: changes of products go before, and
    until a document is made again lists show what they showed.
    """
    made_for = what_documents_are_made_for()
    with transaction.atomic(durable=True):
        products = Product.objects.exclude(status=ProductStatus.DRAFT).count()
        [rebuild] = ListingRebuild.objects.raw(
            _BEGIN, [new_id(), now, products, orjson.dumps(made_for).decode()]
        )
        transaction.on_commit(ring_for_refresh)
    return rebuild
