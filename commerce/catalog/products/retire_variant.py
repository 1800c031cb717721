"""Retire a variant: its siblings stay, it cannot be bought any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.listing.changes import note_changes
from commerce.catalog.products.models import Variant
from commerce.catalog.products.queries import lock_product, product_of_variant


def retire_variant(*, variant_id: UUID, now: datetime) -> Variant:
    """Take a variant from sale for good. Calling it again changes nothing.

    Raises:
        UnknownVariant: there is none.
    """
    product_id = product_of_variant(variant_id)
    with transaction.atomic(durable=True):
        lock_product(product_id)
        variant = Variant.objects.get(pk=variant_id)
        if variant.retired_at is not None:
            return variant

        variant.retired_at = now
        variant.save(update_fields=["retired_at"])
        note_changes([product_id], at=now)
    return variant
