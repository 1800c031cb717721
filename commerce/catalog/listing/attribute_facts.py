"""The values that products state, with the names, labels and units to show them in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from commerce.catalog.attributes.models import ProductType, TypeAttribute
from commerce.catalog.attributes.queries import attributes_of_types
from commerce.catalog.listing.product_facts import AttributeFacts


class AttributeWords:
    """Types and their attributes, read once for many products."""

    def __init__(self, codes: Mapping[UUID, str], attributes: Collection[TypeAttribute]) -> None:
        self._codes = codes
        self._attributes: dict[tuple[UUID, str], list[TypeAttribute]] = {}
        for row in attributes:
            self._attributes.setdefault((row.product_type_id, row.scope), []).append(row)
        self._choices = {
            (choice.attribute_id, choice.code): choice
            for row in attributes
            for choice in row.attribute.choices.all()
        }

    def code_of(self, type_id: UUID | None) -> str | None:
        return self._codes[type_id] if type_id is not None else None

    def facts_of(
        self, values: Mapping[str, Any], type_id: UUID | None, scope: str
    ) -> list[AttributeFacts]:
        """Those of the values that the type has, in the type's order."""
        if type_id is None or not values:
            return []
        return [
            self._facts(row, values[row.attribute.code])
            for row in self._attributes.get((type_id, scope), ())
            if row.attribute.code in values
        ]

    def _facts(self, row: TypeAttribute, value: Any) -> AttributeFacts:
        attribute = row.attribute
        choice = self._choices.get((attribute.pk, value))
        return AttributeFacts(
            code=attribute.code,
            kind=attribute.kind,
            name=attribute.name,
            value=value,
            unit=attribute.unit,
            label=choice.label if choice else None,
            is_filterable=attribute.is_filterable,
            translations=attribute.translations,
            label_translations=choice.translations if choice else {},
        )


def load_attribute_words(type_ids: Collection[UUID | None]) -> AttributeWords:
    wanted = {x for x in type_ids if x is not None}
    if not wanted:
        return AttributeWords({}, [])
    codes = dict(ProductType.objects.filter(pk__in=wanted).order_by().values_list("pk", "code"))
    return AttributeWords(codes, attributes_of_types(wanted))
