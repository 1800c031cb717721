"""Make the variants that a product's options allow and that are not there yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.listing.changes import note_changes
from commerce.catalog.products.change_structure import Structure, change_structure
from commerce.catalog.products.drafts import VARIANTS_MAX, InvalidField, NewVariant
from commerce.catalog.products.models import Product
from commerce.catalog.products.option_grid import combinations, size, sku_parts
from commerce.catalog.products.queries import lock_with_components
from commerce.catalog.products.refusals import SkuTaken
from commerce.catalog.products.rules import problems_of_variant
from commerce.shared.db import refusals
from commerce.shared.errors import Stale


def generate_variants(
    *, product_id: UUID, pattern: NewVariant, expected_version: int | None, now: datetime
) -> list[str]:
    """Make a variant like the pattern for each combination that has none, and give their SKUs.

    The pattern's SKU is how theirs begin: `MUG` gives `MUG-RED-LARGE`. What was made or retired
    before stays as it is, so calling it again makes nothing.

    Raises:
        UnknownProduct: there is none.
        Stale: it has changed since `expected_version`.
        InvalidField, UnknownComponent, SkuTaken: no options to combine, or a variant that
            contradicts a rule.
        MissingAttributes: it is for sale, and the new ones would lack what its type requires.
    """
    if pattern.gtin is not None:
        raise InvalidField(field="gtin", problem="each variant has its own")
    with (
        refusals({"catalog_variant_sku_once": lambda: SkuTaken(sku=pattern.sku)}),
        transaction.atomic(durable=True),
    ):
        product = lock_with_components(product_id, [pattern])
        if expected_version is not None and product.version != expected_version:
            raise Stale(current_version=product.version)

        variants = list(_missing(product, pattern))
        for variant in variants:
            for problem in problems_of_variant(variant):
                raise problem
        if variants:
            change_structure(product, Structure(variants=variants), now=now)
            note_changes([product.pk], at=now)
    return [variant.sku for variant in variants]


def _missing(product: Product, pattern: NewVariant) -> Iterator[NewVariant]:
    options: Mapping[str, Sequence[str]] = dict(product.options)
    if not options:
        raise InvalidField(field="options", problem="the product has none to combine")
    if size(options) > VARIANTS_MAX:
        raise InvalidField(field="options", problem=f"more than {VARIANTS_MAX} combinations")
    there = [dict(x) for x in product.variants.values_list("options", flat=True)]
    parts = {name: sku_parts(values) for name, values in options.items()}
    for chosen in combinations(options):
        if chosen not in there:
            tail = [parts[name][value] for name, value in chosen.items()]
            yield replace(pattern, sku="-".join([pattern.sku, *tail]), options=chosen)
