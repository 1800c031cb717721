"""The type of a product with everything it asks for, of the product and of each variant, at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from commerce.catalog.admin.attribute_fields import (
    attribute_fields,
    attribute_initials,
    values_changed,
)
from commerce.catalog.attributes.models import AttributeScope, ProductType, TypeAttribute
from commerce.catalog.attributes.queries import attributes_of_types, type_ids_by_code
from commerce.catalog.products.change_product import ProductChanges
from commerce.catalog.products.drafts import VARIANTS_MAX
from commerce.catalog.products.models import Product
from commerce.shared.admin import ActForm, GivenField, RowForm, RowsField


class DescribeForm(ActForm):
    """Another type shows its own attributes first: what is for sale gets both at once, or neither."""

    audited = ("product_type",)

    product_type = forms.ChoiceField(
        label="type",
        required=False,
        widget=forms.Select(attrs={"x-on:change": "$el.form.requestSubmit()"}),
        help_text="Values that the new type does not have are kept, and not shown.",
    )

    def fields_for(self, row: Product) -> dict[str, forms.Field]:
        types = ProductType.objects.order_by("name").values_list("code", "name")
        choice: Any = self.fields["product_type"]
        choice.choices = [("", "no type"), *types]
        standing = row.product_type.code if row.product_type else ""
        self.initial["product_type"] = standing
        self._type = self.data.get("product_type", standing)
        asked = attributes_of_types(set(type_ids_by_code([self._type]).values()))
        self._asked = {scope: [x for x in asked if x.scope == scope] for scope in AttributeScope}
        return {
            name: field
            for name, field in (
                (self._of_product, self._product_field(row)),
                (self._of_variants, self._variants_field(row)),
            )
            if field is not None
        }

    def changes(self) -> ProductChanges:
        """Give the type, and what was typed and is not what stood there."""
        [product] = self.cleaned_data.get(self._of_product) or [{}]
        variants = self.cleaned_data.get(self._of_variants) or []
        standing = {x.sku: x.attributes for x in self.row.variants.all()}
        stated_by_sku = {x["sku"]: values_changed(x, standing.get(x["sku"], {})) for x in variants}
        return ProductChanges(
            product_type=self.cleaned_data["product_type"],
            stated=values_changed(product, self.row.attributes),
            stated_by_sku={sku: values for sku, values in stated_by_sku.items() if values},
        )

    # Named after their type, so that what was sent for one is never taken for another's.

    @property
    def _of_product(self) -> str:
        return f"of_product_{self._type}"

    @property
    def _of_variants(self) -> str:
        return f"of_variants_{self._type}"

    def _product_field(self, row: Product) -> RowsField | None:
        asked = self._asked[AttributeScope.PRODUCT]
        if not asked:
            return None
        self.initial[self._of_product] = [attribute_initials(row.attributes)]
        return RowsField(
            _row_form(asked), at_most=1, is_fixed=True, as_cards=True, label="the product"
        )

    def _variants_field(self, row: Product) -> RowsField | None:
        asked = self._asked[AttributeScope.VARIANT]
        if not asked:
            return None
        variants = row.variants.filter(retired_at=None).order_by("position", "pk")
        self.initial[self._of_variants] = [
            {"sku": x.sku, **attribute_initials(x.attributes)} for x in variants
        ]
        given = {"sku": GivenField(label="SKU")}
        return RowsField(
            _row_form(asked, given), at_most=VARIANTS_MAX, is_fixed=True, label="its variants"
        )


def _row_form(
    asked: list[TypeAttribute], given: Mapping[str, forms.Field] | None = None
) -> type[RowForm]:
    fields = {**(given or {}), **attribute_fields(asked)}
    return type("AttributesRow", (RowForm,), fields)
