"""Change the type, attributes, options and variants of a product: what has to fit together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from commerce.catalog.attributes.queries import (
    UnknownProductType,
    rules_by_type,
    type_ids_by_code,
)
from commerce.catalog.attributes.stated import StatedAttributes, refusals_of
from commerce.catalog.attributes.values import missing_of_product
from commerce.catalog.products.as_rows import option_rows
from commerce.catalog.products.drafts import AttributeValue, NewVariant
from commerce.catalog.products.models import Product, ProductStatus, Variant
from commerce.catalog.products.put_variants import put_variants
from commerce.catalog.products.queries import UnknownVariant
from commerce.catalog.products.refusals import MissingAttributes
from commerce.catalog.products.rules import check_variants_fit
from commerce.shared.db import requires_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What is to be different; None leaves a thing as it is, an empty type takes it away."""

    product_type: str | None = None
    attributes: Mapping[str, AttributeValue] | None = None
    options: Mapping[str, Sequence[str]] | None = None
    variants: Sequence[NewVariant] = ()
    stated: Mapping[str, AttributeValue | None] = field(default_factory=dict)
    """Beside what stands there; None removes a value."""
    stated_by_sku: Mapping[str, Mapping[str, AttributeValue | None]] = field(default_factory=dict)

    def asks_for_something(self) -> bool:
        given = (self.product_type, self.attributes, self.options)
        return any((self.variants, self.stated, self.stated_by_sku)) or any(
            x is not None for x in given
        )


@requires_transaction
def change_structure(product: Product, wanted: Structure, *, now: datetime) -> bool:
    """Change them on a locked product, and say whether anything is different now.

    Raises:
        UnknownProductType, UnknownVariant, InvalidField, UnknownComponent, SkuTaken: it contradicts
            a rule.
        MissingAttributes: it is for sale, and would lack more of what its type requires.
    """
    if not wanted.asks_for_something():
        return False
    known = {variant.sku: variant for variant in product.variants.all()}
    missing_before = _missing(product, known)

    changed = _change_product(product, wanted)
    _check_stated(product, wanted)  # before a word of it is written
    if changed:
        product.save(update_fields=changed)
    is_changed = put_variants(product, wanted.variants, known=known, now=now) or bool(changed)
    is_changed |= _state(wanted.stated_by_sku, known)

    on_sale = [x for x in known.values() if x.retired_at is None]
    check_variants_fit([dict(x.options) for x in on_sale], options=dict(product.options))
    # What was for sale before its type asked for more stays for sale, and gets no worse.
    if missing := [x for x in _missing(product, known) if x not in missing_before]:
        raise MissingAttributes(attributes=missing)
    return is_changed


def _change_product(product: Product, wanted: Structure) -> list[str]:
    """Change it in memory, and name the fields to be saved."""
    values: dict[str, Any] = {}
    if wanted.product_type is not None:
        values["product_type_id"] = _type_id(wanted.product_type)
    if wanted.attributes is not None or wanted.stated:
        standing = product.attributes if wanted.attributes is None else wanted.attributes
        values["attributes"] = _with(standing, wanted.stated)
    if wanted.options is not None:
        values["options"] = option_rows(wanted.options)
    changed = {name: x for name, x in values.items() if x != getattr(product, name)}
    for name, value in changed.items():
        setattr(product, name, value)
    return [name.removesuffix("_id") for name in changed]


def _state(
    stated_by_sku: Mapping[str, Mapping[str, AttributeValue | None]], known: Mapping[str, Variant]
) -> bool:
    changed = []
    for sku, stated in stated_by_sku.items():
        if sku not in known:
            raise UnknownVariant
        attributes = _with(known[sku].attributes, stated)
        if attributes != known[sku].attributes:
            known[sku].attributes = attributes
            changed.append(known[sku])
    Variant.objects.bulk_update(changed, ["attributes"])
    return bool(changed)


def _with(
    standing: Mapping[str, AttributeValue], stated: Mapping[str, AttributeValue | None]
) -> dict[str, AttributeValue]:
    merged = {**standing, **stated}
    return {code: value for code, value in merged.items() if value is not None}


def _type_id(code: str) -> UUID | None:
    if not code:
        return None
    type_id = type_ids_by_code([code]).get(code)
    if type_id is None:
        raise UnknownProductType(product_type=code)
    return type_id


def _check_stated(product: Product, wanted: Structure) -> None:
    """Only what is said now: what a type has no more, or has now elsewhere, is no mistake."""
    stated = StatedAttributes(
        type_id=product.product_type_id,
        product=_with(wanted.attributes or {}, wanted.stated),
        variants=[
            *(variant.attributes for variant in wanted.variants),
            *(_with({}, stated) for stated in wanted.stated_by_sku.values()),
        ],
    )
    [refusal] = refusals_of([stated])
    if refusal is not None:
        raise refusal


def _missing(product: Product, known: Mapping[str, Variant]) -> list[str]:
    if product.status != ProductStatus.PUBLISHED or product.product_type_id is None:
        return []
    rules = rules_by_type([product.product_type_id])[product.product_type_id]
    on_sale = [x.attributes for x in known.values() if x.retired_at is None]
    return missing_of_product(rules, product.attributes, on_sale)
