"""The choices of an attribute, written over what stood there."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.catalog.attributes.drafts import NewChoice
from commerce.catalog.attributes.models import Attribute, AttributeChoice
from commerce.catalog.products.drafts import InvalidField
from commerce.shared.db import requires_transaction


@requires_transaction
def put_choices(attribute: Attribute, wanted: Sequence[NewChoice]) -> bool:
    """Write all choices of a locked attribute in their order, and say whether anything is new.

    Raises:
        InvalidField: one is missing that products may have chosen.
    """
    known = {choice.code: choice for choice in attribute.choices.all()}
    for code in known.keys() - {choice.code for choice in wanted}:
        raise InvalidField(field="choices", problem=f"{code} stays: products may have chosen it")

    added, changed = [], []
    for position, choice in enumerate(wanted):
        values = {
            "label": choice.label,
            "position": position,
            "translations": {x: {"label": text} for x, text in choice.translations.items()},
        }
        present = known.get(choice.code)
        if present is None:
            added.append(AttributeChoice(attribute=attribute, code=choice.code, **values))
        elif any(getattr(present, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(present, name, value)
            changed.append(present)
    AttributeChoice.objects.bulk_create(added)
    AttributeChoice.objects.bulk_update(changed, ["label", "position", "translations"])
    return bool(added or changed)
