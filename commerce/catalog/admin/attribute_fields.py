"""The values of attributes as people type them: a field for each kind, and the words for each value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms

from commerce.catalog.attributes.models import Attribute, AttributeKind, TypeAttribute
from commerce.catalog.attributes.values import PREFIX_OF, TEXT_MAX
from commerce.catalog.products.drafts import AttributeValue

_PREFIX: Final = "attribute_"
_NUMBER_DIGITS: Final = 15


def attribute_fields(asked: Iterable[TypeAttribute]) -> dict[str, forms.Field]:
    """Give a field for each attribute; none is required: a draft may still lack values."""
    return {_PREFIX + x.attribute.code: _field(x) for x in asked}


def attribute_initials(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        _PREFIX + code: ("yes" if value else "no") if isinstance(value, bool) else value
        for code, value in values.items()
    }


def values_changed(
    cleaned: Mapping[str, Any], shown: Mapping[str, Any]
) -> dict[str, AttributeValue | None]:
    """Give what was typed and is not what stood there; None for what was emptied."""
    typed = {
        name.removeprefix(_PREFIX): None if value in ("", None) else value
        for name, value in cleaned.items()
        if name.startswith(_PREFIX)
    }
    return {code: value for code, value in typed.items() if value != shown.get(code)}


def said_of(attribute: Attribute, value: AttributeValue) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if attribute.kind == AttributeKind.CHOICE:
        labels = {choice.code: choice.label for choice in attribute.choices.all()}
        return labels.get(str(value), str(value))
    return f"{value} {attribute.unit}".strip()


class NumberField(forms.DecimalField):
    """A number as JSON has it: whole numbers stay whole."""

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if number is None:
            return None
        return int(number) if number == number.to_integral_value() else float(number)


class YesNoField(forms.ChoiceField):
    """Yes, no, or nothing said."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("", "–"), ("yes", "yes"), ("no", "no")], **kwargs)

    def clean(self, value: Any) -> Any:
        return {"yes": True, "no": False}.get(super().clean(value))


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"})

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day.isoformat() if day else None


def _field(asked: TypeAttribute) -> forms.Field:
    attribute = asked.attribute
    shared: dict[str, Any] = {
        "label": attribute.name,
        "required": False,
        "help_text": "Required before it is sold." if asked.is_required else "",
    }
    match attribute.kind:
        case AttributeKind.NUMBER:
            unit = f"In {attribute.unit}. " if attribute.unit else ""
            shared["help_text"] = unit + shared["help_text"]
            return NumberField(max_digits=_NUMBER_DIGITS, **shared)
        case AttributeKind.CHOICE:
            choices = [(choice.code, choice.label) for choice in attribute.choices.all()]
            return forms.ChoiceField(choices=[("", "–"), *choices], **shared)
        case AttributeKind.BOOLEAN:
            return YesNoField(**shared)
        case AttributeKind.DATE:
            return DayField(**shared)
        case AttributeKind.REFERENCE:
            prefix = PREFIX_OF[attribute.reference_to]
            shared["help_text"] += f" The id of a {attribute.reference_to}: {prefix}_…"
            return forms.CharField(max_length=100, **shared)
        case _:
            return forms.CharField(max_length=TEXT_MAX, **shared)
