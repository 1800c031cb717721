"""What a person fills in about a variant: a new one, one that changes, a pattern for many."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms

from commerce.catalog.admin.attribute_fields import (
    attribute_fields,
    attribute_initials,
    values_changed,
)
from commerce.catalog.attributes.models import AttributeScope, TypeAttribute
from commerce.catalog.attributes.queries import attributes_of_types
from commerce.catalog.interface.dto import Grant
from commerce.catalog.products.as_drafts import drafts_of
from commerce.catalog.products.drafts import (
    DAYS_MAX,
    DIMENSION_MM_MAX,
    OPTION_MAX,
    WEIGHT_G_MAX,
    AttributeValue,
    NewComponent,
    NewVariant,
)
from commerce.catalog.products.models import Product, Variant
from commerce.shared.admin import ActForm, LinesField

_OPTION = "option_"
_PLAIN = (
    *("weight_g", "length_mm", "width_mm", "height_mm", "tax_category"),
    *("requires_shipping", "needs_approval", "is_gift_card", "made_to_order_days"),
)


class VariantFields(ActForm):
    """All that is said of a variant but its SKU and its attributes."""

    weight_g = forms.IntegerField(
        label="weight (g)", min_value=0, max_value=WEIGHT_G_MAX, initial=0
    )
    length_mm = forms.IntegerField(
        label="length (mm)", min_value=1, max_value=DIMENSION_MM_MAX, required=False
    )
    width_mm = forms.IntegerField(
        label="width (mm)", min_value=1, max_value=DIMENSION_MM_MAX, required=False
    )
    height_mm = forms.IntegerField(
        label="height (mm)", min_value=1, max_value=DIMENSION_MM_MAX, required=False
    )
    tax_category = forms.CharField(max_length=40, initial="general")
    requires_shipping = forms.BooleanField(required=False, initial=True)
    needs_approval = forms.BooleanField(required=False)
    is_gift_card = forms.BooleanField(required=False)
    made_to_order_days = forms.IntegerField(
        min_value=1, max_value=DAYS_MAX, required=False, help_text="Empty: it is held in stock."
    )
    grants = LinesField(help_text="Access that it gives, one a line: feature days", rows=2)
    components = LinesField(help_text="Of a bundle, one a line: SKU quantity", rows=2)

    def clean_grants(self) -> list[Grant]:
        return [
            Grant(feature=feature, days=days)
            for feature, days in _counted(self.cleaned_data["grants"])
        ]

    def clean_components(self) -> list[NewComponent]:
        lines = _counted(self.cleaned_data["components"])
        return [NewComponent(sku=sku, quantity=count or 1) for sku, count in lines]

    def said(self) -> dict[str, Any]:
        """Give the fields of `NewVariant` that were filled in."""
        return {name: self.cleaned_data[name] for name in (*_PLAIN, "grants", "components")}


class PatternForm(VariantFields):
    """What all generated variants have in common."""

    audited = ("sku",)
    field_order = ("sku",)

    sku = forms.CharField(label="SKUs begin with", max_length=40)

    def variant(self) -> NewVariant:
        return NewVariant(sku=self.cleaned_data["sku"], **self.said())


class NewVariantForm(VariantFields):
    """A variant of a product that says by which options its variants differ, or does not."""

    audited = ("sku",)
    field_order = ("sku", "gtin")

    sku = forms.CharField(label="SKU", max_length=64)
    gtin = forms.CharField(label="GTIN", max_length=14, required=False)

    def fields_for(self, row: Product) -> dict[str, forms.Field]:
        type_id = row.product_type_id
        asked = attributes_of_types({type_id} if type_id else set())
        return _option_fields(row) | attribute_fields(
            x for x in asked if x.scope == AttributeScope.VARIANT
        )

    def variant(self) -> NewVariant:
        values = values_changed(self.cleaned_data, {})
        return NewVariant(
            sku=self.cleaned_data["sku"],
            gtin=self.cleaned_data["gtin"] or None,
            options=_options(self),
            attributes={code: value for code, value in values.items() if value is not None},
            **self.said(),
        )


class VariantForm(VariantFields):
    """A variant as it is, to be changed."""

    field_order = ("gtin",)

    gtin = forms.CharField(label="GTIN", max_length=14, required=False)

    def fields_for(self, row: Variant) -> dict[str, forms.Field]:
        standing = drafts_of([row.product_id])[row.product_id].draft.variants
        self._draft = next((x for x in standing if x.sku == row.sku), NewVariant(sku=row.sku))
        self.initial |= {name: getattr(self._draft, name) for name in ("gtin", *_PLAIN)}
        self.initial["grants"] = "\n".join(
            f"{x.feature} {x.days or ''}".strip() for x in self._draft.grants
        )
        self.initial["components"] = "\n".join(
            f"{x.sku} {x.quantity}" for x in self._draft.components
        )
        chosen = self._draft.options
        self.initial |= {_OPTION + name: value for name, value in chosen.items()}
        return _option_fields(row.product, also=list(chosen))

    def variant(self) -> NewVariant:
        gtin = self.cleaned_data["gtin"] or None
        return replace(self._draft, gtin=gtin, options=_options(self), **self.said())


class VariantAttributesForm(ActForm):
    """The attributes that each variant of the type states, in fields of their kinds."""

    def fields_for(self, row: Variant) -> dict[str, forms.Field]:
        self.initial |= attribute_initials(row.attributes)
        return attribute_fields(asked_of_variants(row))

    def values(self) -> dict[str, AttributeValue | None]:
        return values_changed(self.cleaned_data, self.row.attributes)


def asked_of_variants(row: Variant) -> list[TypeAttribute]:
    type_id = row.product.product_type_id
    asked = attributes_of_types({type_id} if type_id else set())
    return [x for x in asked if x.scope == AttributeScope.VARIANT]


def _option_fields(product: Product, also: list[str] | None = None) -> dict[str, forms.Field]:
    """A choice for each option the product names; words where it leaves them open."""
    if product.options:
        return {
            _OPTION + name: forms.ChoiceField(
                label=name, choices=[("", "–"), *((x, x) for x in values)], required=False
            )
            for name, values in product.options
        }
    if also is None:
        first = (
            product.variants.order_by("position", "pk").values_list("options", flat=True).first()
        )
        also = [name for name, _ in first or []]
    return {
        _OPTION + name: forms.CharField(label=name, max_length=OPTION_MAX, required=False)
        for name in also
    }


def _options(form: ActForm) -> dict[str, str]:
    return {
        name.removeprefix(_OPTION): value
        for name, value in form.cleaned_data.items()
        if name.startswith(_OPTION) and value
    }


def _counted(lines: list[str]) -> list[tuple[str, int | None]]:
    """Read `word number`; the number may be left out."""
    read = []
    for line in lines:
        word, *rest = line.split()
        if len(rest) > 1 or not all(x.isascii() and x.isdigit() for x in rest):
            raise forms.ValidationError(f"“{line}” is not a word and a number.")
        read.append((word, int(rest[0]) if rest else None))
    return read
