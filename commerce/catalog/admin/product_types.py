"""Product types: which attributes products of a kind state, and which of them they must."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString

from commerce.catalog.attributes.change_product_type import ProductTypeChanges, change_product_type
from commerce.catalog.attributes.create_product_type import create_product_type
from commerce.catalog.attributes.drafts import CODE_MAX, NAME_MAX, NewProductType, NewTypeAttribute
from commerce.catalog.attributes.models import AttributeScope, ProductType
from commerce.catalog.attributes.queries import attributes_of_types
from commerce.shared.admin import (
    ActForm,
    Acting,
    LinesField,
    StaffAdmin,
    act,
    exact,
    grid,
    list_act,
)


class TypeForm(ActForm):
    audited: ClassVar[tuple[str, ...]] = ("attributes",)

    name = forms.CharField(max_length=NAME_MAX)
    attributes = LinesField(
        rows=8, help_text="In order, one a line: volume, volume required, color variant required"
    )

    def fields_for(self, row: ProductType | None) -> dict[str, forms.Field]:
        if row is not None:
            lines = [
                " ".join(
                    [
                        x.attribute.code,
                        *(["variant"] if x.scope == AttributeScope.VARIANT else []),
                        *(["required"] if x.is_required else []),
                    ]
                )
                for x in attributes_of_types({row.pk})
            ]
            self.initial |= {"name": row.name, "attributes": "\n".join(lines)}
        return {}

    def clean_attributes(self) -> list[str]:
        lines: list[str] = self.cleaned_data["attributes"]
        for line in lines:
            if not set(line.split()[1:]) <= {"variant", "required"}:
                raise forms.ValidationError(f"“{line}” is no code with “variant” or “required”.")
        return lines

    def asked(self) -> list[NewTypeAttribute]:
        read = [line.split() for line in self.cleaned_data["attributes"]]
        return [
            NewTypeAttribute(
                attribute=code,
                scope=AttributeScope.VARIANT if "variant" in more else AttributeScope.PRODUCT,
                is_required="required" in more,
            )
            for code, *more in read
        ]


class NewTypeForm(TypeForm):
    audited: ClassVar[tuple[str, ...]] = ("code", "attributes")
    field_order = ("code",)

    code = forms.CharField(max_length=CODE_MAX, help_text="Small letters, digits, underscores.")


@admin.register(ProductType)
class ProductTypeAdmin(StaffAdmin[ProductType]):
    roles = ("catalog", "support")
    icon = "schema"
    find_by = (exact("code"),)
    search_help_text = "Code"
    ordering = ("code",)
    list_display = ("code", "name")
    fields = ("code", "name", "shown_attributes", "version", "created_at")

    def name_of(self, row: ProductType) -> str:
        """Name it by its code, as the API does."""
        return row.code

    @admin.display(description="attributes")
    def shown_attributes(self, row: ProductType) -> SafeString | str:
        return grid(
            ("attribute", "kind", "stated by", ""),
            (
                (
                    f"{x.attribute.name} ({x.attribute.code})",
                    x.attribute.kind,
                    "each variant" if x.scope == AttributeScope.VARIANT else "the product",
                    "required" if x.is_required else "",
                )
                for x in attributes_of_types({row.pk})
            ),
        )

    @list_act("New type", roles=("catalog",), form=NewTypeForm)
    def create(self, form: NewTypeForm, acting: Acting) -> tuple[ProductType, str]:
        asked = form.cleaned_data
        row = create_product_type(
            product_type=NewProductType(
                code=asked["code"], name=asked["name"], attributes=form.asked()
            ),
            now=acting.now,
        )
        return row, f"Products can be {row.name} now."

    @act("Change", roles=("catalog",), form=TypeForm, tone="primary")
    def edit(self, row: ProductType, form: TypeForm, acting: Acting) -> str:
        change_product_type(
            code=row.code,
            changes=ProductTypeChanges(name=form.cleaned_data["name"], attributes=form.asked()),
            expected_version=acting.version,
            now=acting.now,
        )
        return f"{row.code} is changed; products on sale stay on sale."
