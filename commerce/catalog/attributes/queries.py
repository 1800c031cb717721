"""Reads of types and attributes; two statements, however many of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final
from uuid import UUID

from django.db.models import Model, Prefetch

from commerce.catalog.attributes.models import (
    Attribute,
    AttributeChoice,
    ProductType,
    ReferenceTo,
    TypeAttribute,
)
from commerce.catalog.attributes.values import AttributeRule, TypeRules
from commerce.catalog.products.models import Category, Product, Variant
from commerce.shared.errors import NotFound, Rejected

_TABLE_OF: Final[Mapping[str, type[Model]]] = {
    ReferenceTo.PRODUCT: Product,
    ReferenceTo.VARIANT: Variant,
    ReferenceTo.CATEGORY: Category,
}


class UnknownProductType(Rejected):
    """There is no such product type."""

    code = "unknown_product_type"

    def __init__(self, *, product_type: str) -> None:
        super().__init__(f"there is no product type {product_type}")
        self.product_type = product_type


class UnknownAttribute(Rejected):
    """There is no such attribute."""

    code = "unknown_attribute"

    def __init__(self, *, attribute: str) -> None:
        super().__init__(f"there is no attribute {attribute}")
        self.attribute = attribute


class ProductTypeNotFound(NotFound):
    """There is no such product type."""

    code = "unknown_product_type"


class AttributeNotFound(NotFound):
    """There is no such attribute."""

    code = "unknown_attribute"


def type_ids_by_code(codes: Iterable[str]) -> dict[str, UUID]:
    wanted = {code for code in codes if "\x00" not in code}
    if not wanted:
        return {}
    found = ProductType.objects.filter(code__in=wanted).order_by()
    return dict(found.values_list("code", "pk"))


def rules_by_type(type_ids: Iterable[UUID | None]) -> Mapping[UUID | None, TypeRules]:
    """Say what each of these types asks; of no type, nothing."""
    rules: dict[UUID | None, dict[str, AttributeRule]] = defaultdict(dict)
    for row in attributes_of_types({x for x in type_ids if x is not None}):
        rules[row.product_type_id][row.attribute.code] = AttributeRule(
            kind=row.attribute.kind,
            scope=row.scope,
            is_required=row.is_required,
            choices=frozenset(choice.code for choice in row.attribute.choices.all()),
            reference_to=row.attribute.reference_to,
        )
    return defaultdict(
        TypeRules, {type_id: TypeRules(attributes=asked) for type_id, asked in rules.items()}
    )


def attributes_of_types(type_ids: Collection[UUID]) -> list[TypeAttribute]:
    """Give what types have, in the order it is shown, with each attribute and its choices."""
    if not type_ids:
        return []
    return list(
        TypeAttribute.objects.filter(product_type__in=type_ids)
        .order_by("product_type", "position", "pk")
        .select_related("attribute")
        .prefetch_related(
            Prefetch("attribute__choices", AttributeChoice.objects.order_by("position", "pk"))
        )
    )


def missing_references(wanted: Iterable[tuple[str, UUID]]) -> set[tuple[str, UUID]]:
    """Which of these things are not there; one statement for each kind of thing."""
    ids_by_kind: dict[str, set[UUID]] = defaultdict(set)
    for kind, thing_id in wanted:
        ids_by_kind[kind].add(thing_id)
    missing = set()
    for kind, ids in ids_by_kind.items():
        found = _TABLE_OF[kind]._default_manager.filter(pk__in=ids).values_list("pk", flat=True)
        missing |= {(kind, thing_id) for thing_id in ids - set(found.order_by())}
    return missing


def attribute_ids_by_code(codes: Iterable[str]) -> dict[str, UUID]:
    wanted = {code for code in codes if "\x00" not in code}
    return dict(Attribute.objects.filter(code__in=wanted).order_by().values_list("code", "pk"))
