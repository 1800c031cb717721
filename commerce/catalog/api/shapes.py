"""What clients send and get, as fields; the OpenAPI description is made of them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from commerce.catalog.api.attribute_shapes import AttributeValueOutput
from commerce.catalog.api.media_shapes import MediaOutput
from commerce.catalog.interface.dto import Availability
from commerce.catalog.pricing.models import AMOUNT_MAX, QUANTITY_MAX
from commerce.catalog.products.models import ProductStatus
from commerce.shared.api.serializers import (
    CurrencyField,
    Input,
    MoneyInput,
    MoneyOutput,
    Output,
    PageOutput,
    StrictCharField,
    StrictIntegerField,
    many,
)
from commerce.shared.money import Money

# Out.


class ProductCategoryOutput(Output):
    slug = serializers.CharField()
    name = serializers.CharField()


class OptionOutput(Output):
    name = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())


class DimensionsOutput(Output):
    """Packed."""

    length_mm = serializers.IntegerField()
    width_mm = serializers.IntegerField()
    height_mm = serializers.IntegerField()


class GrantOutput(Output):
    feature = serializers.CharField()
    days = serializers.IntegerField(allow_null=True, help_text="null: for good.")


class ComponentOutput(Output):
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField(help_text="In one unit of the bundle.")


class TierOutput(Output):
    min_quantity = serializers.IntegerField()
    price = MoneyOutput()


class VariantOutput(Output):
    id = serializers.CharField(help_text="`var_…`")
    sku = serializers.CharField(help_text="What a checkout names.")
    gtin = serializers.CharField(allow_null=True)
    options = serializers.DictField(child=serializers.CharField())
    price = MoneyOutput(allow_null=True)
    compare_at = MoneyOutput(
        allow_null=True, help_text="The regular price that a lower one is announced beside."
    )
    lowest_30_days = MoneyOutput(
        allow_null=True,
        help_text="The lowest in the 30 days before the reduction (Directive 98/6/EC, art. 6a).",
    )
    min_quantity = serializers.IntegerField(help_text="The fewest units it is sold in.")
    tiers = TierOutput(many=True, help_text="What each costs where more are bought.")
    availability = serializers.ChoiceField(choices=[x.value for x in Availability])
    attributes = AttributeValueOutput(many=True)
    requires_shipping = serializers.BooleanField()
    weight_g = serializers.IntegerField(help_text="Packed, in grams.")
    dimensions = DimensionsOutput(allow_null=True)
    needs_approval = serializers.BooleanField(
        help_text="Staff look at each order before it is delivered."
    )
    made_to_order_days = serializers.IntegerField(
        allow_null=True, help_text="Made once it is sold, in so many days."
    )
    is_gift_card = serializers.BooleanField(help_text="Its buyer gets a code worth its price.")
    grants = GrantOutput(many=True, help_text="Access that one unit gives.")
    components = ComponentOutput(many=True, help_text="What is in one unit of a bundle.")


class ProductSummaryOutput(Output):
    """A product in a list. With `fields` in the query, only those, and any of a product's own."""

    id = serializers.CharField(required=False, help_text="`prod_…`")
    slug = serializers.CharField(required=False)
    title = serializers.CharField(required=False)
    brand = serializers.CharField(required=False)
    price = MoneyOutput(
        required=False, allow_null=True, help_text="The lowest of its variants, in `currency`."
    )
    compare_at = MoneyOutput(required=False, allow_null=True)
    lowest_30_days = MoneyOutput(required=False, allow_null=True)
    availability = serializers.ChoiceField(
        required=False,
        choices=[x.value for x in Availability],
        help_text="Of its most available variant. A hint; only a checkout decides.",
    )
    skus = serializers.ListField(required=False, child=serializers.CharField())
    categories = ProductCategoryOutput(required=False, many=True)
    published_at = serializers.DateTimeField(required=False, allow_null=True)
    image = MediaOutput(required=False, allow_null=True, help_text="The first of its `media`.")


class ProductOutput(ProductSummaryOutput):
    """A product with all its variants. With `fields` in the query, only those."""

    description = serializers.CharField(required=False)
    status = serializers.ChoiceField(required=False, choices=ProductStatus.values)
    product_type = serializers.CharField(required=False, allow_null=True, help_text="Its code.")
    attributes = AttributeValueOutput(required=False, many=True)
    options = OptionOutput(
        required=False, many=True, help_text="By what its variants differ, in the order shown."
    )
    variants = VariantOutput(required=False, many=True)
    media = MediaOutput(required=False, many=True, help_text="In the order they are shown in.")


class FacetValueOutput(Output):
    value = serializers.CharField(help_text="As `filter` takes it.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not DRF's attribute
    count = serializers.IntegerField(help_text="Products that choosing it would show.")


class PriceRangeOutput(Output):
    gte = MoneyOutput()
    lte = MoneyOutput(allow_null=True)
    count = serializers.IntegerField()


class FacetOutput(Output):
    """What can be chosen: values, the most common first; of prices ranges, and the extremes."""

    name = serializers.CharField()
    values = FacetValueOutput(required=False, many=True)
    min = MoneyOutput(required=False, allow_null=True)
    max = MoneyOutput(required=False, allow_null=True)
    ranges = PriceRangeOutput(required=False, many=True)


class ProductPageOutput(PageOutput):
    data = many(ProductOutput)
    facets = FacetOutput(required=False, many=True, help_text="As they were asked for.")


class PriceOutput(Output):
    sku = serializers.CharField()
    price_list = serializers.CharField(allow_null=True, help_text="Null: the base price.")
    min_quantity = serializers.IntegerField()
    price = MoneyOutput()
    compare_at = MoneyOutput(allow_null=True)
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)


class PricePageOutput(PageOutput):
    data = many(PriceOutput)


# In.


class PriceInput(Input):
    sku = StrictCharField(max_length=64)
    price = MoneyInput(help_text=f"At most {AMOUNT_MAX} minor units.")
    valid_from = serializers.DateTimeField(required=False, help_text="Now, where it is missing.")
    valid_until = serializers.DateTimeField(
        required=False, help_text="Exclusive; then again what it cost before."
    )
    price_list = StrictCharField(
        required=False, allow_null=True, max_length=40, help_text="Its code; null: the base price."
    )
    min_quantity = StrictIntegerField(
        required=False, min_value=1, max_value=QUANTITY_MAX, help_text="For each unit from so many."
    )
    compare_at = MoneyInput(
        required=False, allow_null=True, help_text="The regular price it is announced beside."
    )


class EndPriceInput(Input):
    sku = StrictCharField(max_length=64)
    currency = CurrencyField()
    price_list = StrictCharField(required=False, allow_null=True, max_length=40)
    min_quantity = StrictIntegerField(required=False, min_value=1, max_value=QUANTITY_MAX)
    ends_at = serializers.DateTimeField(required=False, help_text="Now, where it is missing.")


def money(amount: Money) -> dict[str, Any]:
    return {"amount": amount.minor, "currency": amount.currency}
