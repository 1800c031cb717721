"""Change how an attribute is called, shown and chosen from; never the kind of its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from commerce.catalog.attributes.drafts import NewAttribute, NewChoice, check_attribute
from commerce.catalog.attributes.models import Attribute
from commerce.catalog.attributes.put_choices import put_choices
from commerce.catalog.attributes.queries import AttributeNotFound
from commerce.catalog.listing.changes import note_changes_of
from commerce.catalog.products.models import Product
from commerce.shared.errors import Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeChanges:
    """What is to be different; None leaves a thing as it is.

    `translations` and `choices` are complete new ones; of the choices none may be missing.
    """

    name: str | None = None
    unit: str | None = None
    is_filterable: bool | None = None
    translations: Mapping[str, str] | None = None
    choices: Sequence[NewChoice] | None = None


def change_attribute(
    *, code: str, changes: AttributeChanges, expected_version: int | None, now: datetime
) -> Attribute:
    """Change an attribute, and have the documents of all products made again that may show it.

    Asking for what is already so changes nothing.

    Raises:
        AttributeNotFound: there is none.
        Stale: it has changed since `expected_version`.
        InvalidField: the change contradicts a rule.
    """
    with transaction.atomic(durable=True):
        attribute = Attribute.objects.filter(code=code).select_for_update(no_key=True).first()
        if attribute is None:
            raise AttributeNotFound
        if expected_version is not None and attribute.version != expected_version:
            raise Stale(current_version=attribute.version)

        is_changed = _change_columns(attribute, changes)
        if changes.choices is not None:
            is_changed |= put_choices(attribute, changes.choices)
        if is_changed:
            attribute.version += 1
            attribute.save(update_fields=["version"])
            shown_by = Product.objects.filter(product_type__type_attributes__attribute=attribute)
            note_changes_of(shown_by, at=now)
    return attribute


def _change_columns(attribute: Attribute, changes: AttributeChanges) -> bool:
    wanted: dict[str, Any] = {
        name: value
        for name in ("name", "unit", "is_filterable")
        if (value := getattr(changes, name)) is not None
    }
    if changes.translations is not None:
        wanted["translations"] = {x: {"name": text} for x, text in changes.translations.items()}
    changed = {name: x for name, x in wanted.items() if x != getattr(attribute, name)}
    for name, value in changed.items():
        setattr(attribute, name, value)
    check_attribute(
        NewAttribute(
            code=attribute.code,
            name=attribute.name,
            kind=attribute.kind,
            unit=attribute.unit,
            reference_to=attribute.reference_to,
            translations=changes.translations or {},
            choices=changes.choices or (),
        )
    )
    if changed:
        attribute.save(update_fields=list(changed))
    return bool(changed)
