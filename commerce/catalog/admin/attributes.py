"""Product types and the attributes that products of them state."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString

from commerce.catalog.admin.lines import joined, pairs_field
from commerce.catalog.attributes.change_attribute import AttributeChanges, change_attribute
from commerce.catalog.attributes.create_attribute import create_attribute
from commerce.catalog.attributes.drafts import (
    CODE_MAX,
    NAME_MAX,
    UNIT_MAX,
    NewAttribute,
    NewChoice,
)
from commerce.catalog.attributes.models import (
    Attribute,
    AttributeKind,
    ReferenceTo,
)
from commerce.shared.admin import (
    ActForm,
    Acting,
    StaffAdmin,
    act,
    exact,
    flag,
    grid,
    list_act,
)


class AttributeForm(ActForm):
    """How an attribute is called, shown and chosen from."""

    name = forms.CharField(max_length=NAME_MAX, help_text="As shoppers read it.")
    unit = forms.CharField(max_length=UNIT_MAX, required=False, help_text="Of a number.")
    is_filterable = forms.BooleanField(required=False, help_text="Lists can be narrowed by it.")
    translations = pairs_field("The name, one language a line: de = Farbe")
    choices = pairs_field("Of a choice, in order, one a line: red = Red", rows=6)

    def fields_for(self, row: Attribute | None) -> dict[str, forms.Field]:
        if row is not None:
            self.initial |= {
                "name": row.name,
                "unit": row.unit,
                "is_filterable": row.is_filterable,
                "translations": joined((x, y["name"]) for x, y in row.translations.items()),
                "choices": joined(
                    (x.code, x.label) for x in row.choices.order_by("position", "pk")
                ),
            }
        return {}

    def said(self) -> dict[str, Any]:
        """Give what was typed; the translations of choices, which the API writes, stay."""
        asked = self.cleaned_data
        known = {x.code: x.translations for x in self.row.choices.all()} if self.row else {}
        return {
            "name": asked["name"],
            "unit": asked["unit"],
            "is_filterable": asked["is_filterable"],
            "translations": asked["translations"],
            "choices": [
                NewChoice(
                    code=code,
                    label=label,
                    translations={x: y["label"] for x, y in known.get(code, {}).items()},
                )
                for code, label in asked["choices"].items()
            ],
        }


class NewAttributeForm(AttributeForm):
    audited: ClassVar[tuple[str, ...]] = ("code", "kind")
    field_order = ("code", "kind", "reference_to")

    code = forms.CharField(max_length=CODE_MAX, help_text="Small letters, digits, underscores.")
    kind = forms.ChoiceField(choices=AttributeKind.choices, help_text="Of its values, for good.")
    reference_to = forms.ChoiceField(
        choices=[("", "–"), *ReferenceTo.choices], required=False, help_text="Of a reference."
    )


@admin.register(Attribute)
class AttributeAdmin(StaffAdmin[Attribute]):
    roles = ("catalog", "support")
    icon = "tune"
    find_by = (exact("code"),)
    search_help_text = "Code"
    ordering = ("code",)
    list_display = ("code", "name", "kind", "unit", flag("is_filterable", "filterable"))
    fields = (
        "code",
        "name",
        "shown_names",
        "kind",
        "unit",
        "reference_to",
        flag("is_filterable", "filterable"),
        "shown_choices",
        "version",
        "created_at",
    )

    def name_of(self, row: Attribute) -> str:
        """Name it by its code, as the API does."""
        return row.code

    @admin.display(description="in other languages")
    def shown_names(self, row: Attribute) -> SafeString | str:
        return grid(
            ("language", "name"), ((x, y["name"]) for x, y in sorted(row.translations.items()))
        )

    @admin.display(description="choices")
    def shown_choices(self, row: Attribute) -> SafeString | str:
        return grid(
            ("code", "label", "in other languages"),
            (
                (x.code, x.label, joined((k, y["label"]) for k, y in x.translations.items()))
                for x in row.choices.order_by("position", "pk")
            ),
        )

    @list_act("New attribute", roles=("catalog",), form=NewAttributeForm)
    def create(self, form: NewAttributeForm, acting: Acting) -> tuple[Attribute, str]:
        asked = form.cleaned_data
        row = create_attribute(
            attribute=NewAttribute(
                code=asked["code"],
                kind=asked["kind"],
                reference_to=asked["reference_to"],
                **form.said(),
            ),
            now=acting.now,
        )
        return row, f"Types can have {row.code} now."

    @act("Change", roles=("catalog",), form=AttributeForm, tone="primary")
    def edit(self, row: Attribute, form: AttributeForm, acting: Acting) -> str:
        change_attribute(
            code=row.code,
            changes=AttributeChanges(**form.said()),
            expected_version=acting.version,
            now=acting.now,
        )
        return f"{row.code} is changed; the pages of its products follow within moments."
