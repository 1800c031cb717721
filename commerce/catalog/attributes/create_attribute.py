"""Create an attribute, with its choices."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.catalog.attributes.drafts import NewAttribute, check_attribute
from commerce.catalog.attributes.models import Attribute
from commerce.catalog.attributes.put_choices import put_choices
from commerce.shared.db import refusals
from commerce.shared.errors import Conflict


class AttributeTaken(Conflict):
    """Another attribute has this code, and its values are of another kind."""

    code = "attribute_taken"

    def __init__(self, *, attribute: str) -> None:
        super().__init__(f"there is another attribute {attribute}")
        self.attribute = attribute


class AttributeRaced(Conflict):
    """Somebody else has just created this attribute; ask again."""

    code = "attribute_raced"


def create_attribute(*, attribute: NewAttribute, now: datetime) -> Attribute:
    """Create an attribute. Asking again for one of the same kind returns it as it is.

    Raises:
        InvalidField: it contradicts a rule.
        AttributeTaken: the code is that of another one.
        AttributeRaced: it was created meanwhile.
    """
    check_attribute(attribute)
    with (
        refusals({"catalog_attribute_code_once": AttributeRaced}),
        transaction.atomic(durable=True),
    ):
        known = Attribute.objects.filter(code=attribute.code).first()
        if known is not None:
            if (known.kind, known.reference_to) != (attribute.kind, attribute.reference_to):
                raise AttributeTaken(attribute=attribute.code)
            return known

        row = Attribute.objects.create(
            code=attribute.code,
            name=attribute.name,
            kind=attribute.kind,
            unit=attribute.unit,
            reference_to=attribute.reference_to,
            is_filterable=attribute.is_filterable,
            translations={x: {"name": text} for x, text in attribute.translations.items()},
            created_at=now,
        )
        put_choices(row, attribute.choices)
    return row
