"""Make every document again, while the shop goes on: after a change of what documents say."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.catalog.listing.changes import ring_for_refresh
from commerce.catalog.listing.markets import what_documents_are_made_for
from commerce.catalog.listing.models import ListingRebuild
from commerce.catalog.products.models import Product, ProductStatus


def rebuild_listing(*, now: datetime) -> ListingRebuild:
    """Begin a run through all products; one that is under way begins anew.

    The documents follow in batches, see `refresh_listing`: changes of products go before, and
    until a document is made again lists show what they showed.
    """
    made_for = what_documents_are_made_for()
    with transaction.atomic(durable=True):
        rebuild = ListingRebuild.objects.select_for_update().filter(finished_at=None).first()
        rebuild = rebuild or ListingRebuild()
        rebuild.started_at, rebuild.done, rebuild.after_id = now, 0, None
        rebuild.products = Product.objects.exclude(status=ProductStatus.DRAFT).count()
        rebuild.made_for = made_for
        rebuild.save()
        transaction.on_commit(ring_for_refresh)
    return rebuild
