"""Variants: what can be bought, and what it costs."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString

from commerce.catalog.admin.prices import EndPriceForm, PriceForm, PriceInline
from commerce.catalog.admin.products import READERS
from commerce.catalog.admin.variant_forms import (
    VariantAttributesForm,
    VariantForm,
)
from commerce.catalog.listing.models import VariantAvailability
from commerce.catalog.pricing.end_prices import EndedPrice, end_prices
from commerce.catalog.pricing.set_price import set_price
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.change_product import ProductChanges, change_product
from commerce.catalog.products.models import Variant
from commerce.catalog.products.retire_variant import retire_variant
from commerce.catalog.products.set_attributes import AttributesToSet, set_attributes
from commerce.shared.admin import (
    NOTHING,
    ActForm,
    Acting,
    StaffAdmin,
    act,
    exact,
    flag,
    label,
    link,
    public_id,
)
from commerce.shared.errors import CommerceError
from commerce.shared.money import Money


def is_sold(variant: Variant) -> bool:
    return variant.retired_at is None


@admin.register(Variant)
class VariantAdmin(StaffAdmin[Variant]):
    roles = READERS
    icon = "style"
    prefix = "var"
    find_by = (exact("sku"),)
    search_help_text = "SKU or var_…"
    list_display = ("sku", link("product"), "gtin", "weight_g", "tax_category", "retired_at")
    list_select_related = ("product",)
    fields = (
        public_id("var"),
        "sku",
        link("product"),
        "gtin",
        "shown_options",
        "shown_attributes",
        "shown_availability",
        "weight_g",
        "shown_size",
        "tax_category",
        flag("requires_shipping"),
        flag("needs_approval"),
        flag("is_gift_card", "gift card"),
        "made_to_order_days",
        "shown_grants",
        "contents",
        "created_at",
        "retired_at",
    )
    inlines = (PriceInline,)

    def version_of(self, row: Variant) -> int:
        """Give the product's: it is the aggregate."""
        return row.product.version

    @admin.display(description="options")
    def shown_options(self, variant: Variant) -> str:
        return ", ".join(f"{name}: {value}" for name, value in variant.options) or NOTHING

    @admin.display(description="attributes")
    def shown_attributes(self, variant: Variant) -> str:
        return ", ".join(f"{code}: {x}" for code, x in variant.attributes.items()) or NOTHING

    @admin.display(description="availability shown")
    def shown_availability(self, variant: Variant) -> SafeString | str:
        told = VariantAvailability.objects.filter(sku=variant.sku).first()
        return label(told.availability) if told else NOTHING

    @admin.display(description="size")
    def shown_size(self, variant: Variant) -> str:
        if variant.length_mm is None:
            return NOTHING
        return f"{variant.length_mm} × {variant.width_mm} × {variant.height_mm} mm"

    @admin.display(description="gives access to")
    def shown_grants(self, variant: Variant) -> str:
        told = [
            f"{x['feature']} {'for good' if x['days'] is None else f'for {x["days"]} days'}"
            for x in variant.grants
        ]
        return ", ".join(told) or NOTHING

    @admin.display(description="in it")
    def contents(self, variant: Variant) -> str:
        parts = variant.components.select_related("component").order_by("position", "pk")
        return ", ".join(f"{part.quantity} × {part.component.sku}" for part in parts) or NOTHING

    @act(
        "Set price",
        roles=("catalog",),
        asks="Orders that were placed keep their price.",
        form=PriceForm,
        tone="primary",
        applies=is_sold,
    )
    def set_price(self, variant: Variant, form: PriceForm, acting: Acting) -> str:
        asked = form.cleaned_data
        period = set_price(
            price=NewPrice(
                sku=variant.sku,
                price=asked["price"],
                compare_at=asked["compare_with"],
                price_list=asked["price_list"] or None,
                min_quantity=asked["min_quantity"] or 1,
                valid_from=asked["valid_from"],
                valid_until=asked["valid_until"],
            ),
            now=acting.now,
        )
        price = Money(period.amount_minor, asked["price"].currency)
        return f"{variant.sku} costs {price} from {period.valid_from:%Y-%m-%d %H:%M} UTC."

    @act(
        "End price",
        roles=("catalog",),
        asks="Of a list or a quantity; the base price of one unit is replaced instead.",
        form=EndPriceForm,
        applies=is_sold,
    )
    def end_price(self, variant: Variant, form: EndPriceForm, acting: Acting) -> str:
        asked = form.cleaned_data
        ended = EndedPrice(
            sku=variant.sku,
            currency=asked["currency"],
            price_list=asked["price_list"] or None,
            min_quantity=asked["min_quantity"] or 1,
            ends_at=asked["ends_at"],
        )
        [refusal] = end_prices(batch=[ended], now=acting.now)
        if refusal is not None:
            raise refusal
        return f"{variant.sku} costs what other prices say from then on."

    @act("Change", roles=("catalog",), form=VariantForm, applies=is_sold)
    def edit(self, variant: Variant, form: VariantForm, acting: Acting) -> str:
        change_product(
            product_id=variant.product_id,
            changes=ProductChanges(variants=[form.variant()]),
            expected_version=acting.version,
            now=acting.now,
        )
        return f"{variant.sku} is changed."

    @act(
        "Set attributes",
        roles=("catalog",),
        form=VariantAttributesForm,
        applies=lambda variant: is_sold(variant) and variant.product.product_type_id is not None,
    )
    def set_attributes(self, variant: Variant, form: VariantAttributesForm, acting: Acting) -> str:
        values = form.values()
        wanted = AttributesToSet(sku=variant.sku, attributes=values)
        [answer] = set_attributes(batch=[wanted], now=acting.now)
        if isinstance(answer, CommerceError):
            raise answer
        return f"Changed: {', '.join(values) or 'nothing'}."

    @act(
        "Retire",
        roles=("catalog",),
        asks="It cannot be bought any more; its siblings stay. This is for good.",
        tone="danger",
        applies=is_sold,
    )
    def retire(self, variant: Variant, form: ActForm, acting: Acting) -> str:
        retire_variant(variant_id=variant.pk, now=acting.now)
        return f"{variant.sku} is not sold any more."
