"""Set attributes of products and variants, one or thousands, beside those they state already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.db import connection, transaction

from commerce.catalog.attributes.models import AttributeScope
from commerce.catalog.attributes.queries import rules_by_type
from commerce.catalog.attributes.stated import StatedAttributes, refusals_of
from commerce.catalog.attributes.values import TypeRules
from commerce.catalog.listing.changes import note_changes
from commerce.catalog.products.drafts import AttributeValue
from commerce.catalog.products.models import Product, ProductStatus, Variant
from commerce.catalog.products.queries import UnknownProduct, UnknownVariant, lock_named
from commerce.catalog.products.refusals import MissingAttributes
from commerce.shared.errors import CommerceError


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributesToSet:
    """Values of the product with this slug, or of the variant with this SKU; None removes one."""

    slug: str | None = None
    sku: str | None = None
    attributes: Mapping[str, AttributeValue | None]

    def __post_init__(self) -> None:
        if (self.slug is None) == (self.sku is None):
            raise ValueError("attributes are of a product or of a variant")


def set_attributes(
    *, batch: Sequence[AttributesToSet], now: datetime
) -> list[bool | CommerceError]:
    """Set what can be set of a batch, in a fixed number of statements.

    The answers stand in the order of the batch: whether anything is different now, or why not; a
    refusal never fails its neighbours. The later of two for the same thing wins.

    Refusals: `UnknownProduct`, `UnknownVariant`, `InvalidField`, `MissingAttributes`.
    """
    with transaction.atomic(durable=True):
        rows = _lock_rows(batch)
        found = [rows.get((x.slug, x.sku)) for x in batch]
        refusals = refusals_of([_stated(x, row) for x, row in zip(batch, found, strict=True)])
        rules = rules_by_type(row.type_id for row in rows.values())

        answers: list[bool | CommerceError] = []
        changed: dict[UUID, _Row] = {}
        for wanted, row, refusal in zip(batch, found, refusals, strict=True):
            if row is None:
                answers.append(UnknownProduct() if wanted.sku is None else UnknownVariant())
                continue
            answer = refusal or _set(row, wanted, rules[row.type_id])
            answers.append(answer)
            if answer is True:
                changed[row.pk] = row
        if changed:
            _write(Product, [x for x in changed.values() if x.scope == AttributeScope.PRODUCT])
            _write(Variant, [x for x in changed.values() if x.scope == AttributeScope.VARIANT])
            note_changes({x.product_id for x in changed.values()}, at=now)
    return answers


@dataclass(slots=True, kw_only=True)
class _Row:
    """A locked product, or a variant of one, with what it states by now."""

    pk: UUID
    product_id: UUID
    type_id: UUID | None
    is_on_sale: bool
    scope: AttributeScope
    attributes: dict[str, AttributeValue]


def _lock_rows(
    batch: Sequence[AttributesToSet],
) -> dict[tuple[str | None, str | None], _Row]:
    """By slug and SKU, one of which is None."""
    skus = [x.sku for x in batch if x.sku is not None and "\x00" not in x.sku]
    slugs = [x.slug for x in batch if x.slug is not None and "\x00" not in x.slug]
    products = {product.pk: product for product in lock_named(slugs=slugs, skus=skus)}
    rows: dict[tuple[str | None, str | None], _Row] = {
        (product.slug, None): _Row(
            pk=product.pk,
            product_id=product.pk,
            type_id=product.product_type_id,
            is_on_sale=product.status == ProductStatus.PUBLISHED,
            scope=AttributeScope.PRODUCT,
            attributes=product.attributes,
        )
        for product in products.values()
    }
    for variant in Variant.objects.filter(sku__in=skus).order_by():
        product = products[variant.product_id]
        rows[None, variant.sku] = _Row(
            pk=variant.pk,
            product_id=product.pk,
            type_id=product.product_type_id,
            is_on_sale=product.status == ProductStatus.PUBLISHED and variant.retired_at is None,
            scope=AttributeScope.VARIANT,
            attributes=variant.attributes,
        )
    return rows


def _stated(wanted: AttributesToSet, row: _Row | None) -> StatedAttributes:
    said = {code: value for code, value in wanted.attributes.items() if value is not None}
    is_of_product = wanted.sku is None
    return StatedAttributes(
        type_id=row.type_id if row else None,
        product=said if row and is_of_product else {},
        variants=[said] if row and not is_of_product else [],
    )


def _set(row: _Row, wanted: AttributesToSet, rules: TypeRules) -> bool | MissingAttributes:
    merged = {**row.attributes, **wanted.attributes}
    attributes = {code: value for code, value in merged.items() if value is not None}
    if attributes == row.attributes:
        return False
    if row.is_on_sale:
        known = rules.missing(row.attributes, scope=row.scope)
        missing = [x for x in rules.missing(attributes, scope=row.scope) if x not in known]
        if missing:
            return MissingAttributes(attributes=missing)
    row.attributes = attributes
    return True


def _write(table: type[Product | Variant], rows: Sequence[_Row]) -> None:
    if not rows:
        return
    name = connection.ops.quote_name(table._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {name} SET attributes = new.attributes::jsonb
              FROM unnest(%s::uuid[], %s::text[]) AS new (id, attributes)
             WHERE {name}.id = new.id
            """,  # noqa: S608 - the name of our own table
            [[row.pk for row in rows], [orjson.dumps(row.attributes).decode() for row in rows]],
        )
