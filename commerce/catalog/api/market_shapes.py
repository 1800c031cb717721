"""What clients send and get of markets, price lists and prices side by side."""

from __future__ import annotations

from rest_framework import serializers

from commerce.catalog.api.shapes import TierOutput
from commerce.catalog.markets.models import CODE_MAX
from commerce.catalog.markets.words import COUNTRIES_MAX
from commerce.catalog.markets.words import NAME_MAX as MARKET_NAME_MAX
from commerce.catalog.pricing.models import GROUP_MAX, PRIORITY_MAX, PriceListStatus
from commerce.catalog.pricing.price_lists import NAME_MAX
from commerce.shared.api.serializers import (
    CurrencyField,
    Input,
    MoneyOutput,
    Output,
    PageOutput,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    many,
)

# Markets.


class MarketOutput(Output):
    code = serializers.CharField(help_text="What `market` names in other requests.")
    name = serializers.CharField()
    currency = serializers.CharField(help_text="ISO 4217 code.")
    countries = serializers.ListField(child=serializers.CharField(), help_text="ISO 3166-1 codes.")
    locale = serializers.CharField(help_text="BCP 47, such as en-US.")
    prices_include_tax = serializers.BooleanField(help_text="Gross: tax is a part of prices.")
    is_default = serializers.BooleanField(help_text="Of its currency.")
    version = serializers.IntegerField(help_text="Also the ETag.")


class MarketPageOutput(PageOutput):
    data = many(MarketOutput)


def _countries(*, required: bool) -> serializers.ListField:
    return serializers.ListField(
        child=StrictCharField(min_length=2, max_length=2),
        required=required,
        max_length=COUNTRIES_MAX,
        help_text="ISO 3166-1 codes.",
    )


class MarketInput(Input):
    code = StrictCharField(max_length=CODE_MAX)
    name = StrictCharField(max_length=MARKET_NAME_MAX)
    currency = CurrencyField()
    locale = StrictCharField(max_length=35)
    countries = _countries(required=False)
    prices_include_tax = StrictBooleanField(required=False)
    is_default = StrictBooleanField(
        required=False, help_text="The first market of a currency is its default anyhow."
    )


class MarketChangesInput(Input):
    """What is not sent stays. `countries` is the complete new list."""

    name = StrictCharField(required=False, max_length=MARKET_NAME_MAX)
    locale = StrictCharField(required=False, max_length=35)
    countries = _countries(required=False)
    is_default = StrictBooleanField(required=False)


# Price lists.


class PriceListOutput(Output):
    id = serializers.CharField(help_text="`prl_…`")
    code = serializers.CharField(help_text="What a price names.")
    name = serializers.CharField()
    market = serializers.CharField(allow_null=True, help_text="Null: every market.")
    currency = serializers.CharField(help_text="ISO 4217 code.")
    customer_group = serializers.CharField(allow_blank=True, help_text="Empty: everybody.")
    priority = serializers.IntegerField(help_text="The highest is asked first.")
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True, help_text="Exclusive.")
    status = serializers.ChoiceField(choices=PriceListStatus.values)
    activated_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="Also the ETag.")


class PriceListPageOutput(PageOutput):
    data = many(PriceListOutput)


class PriceListInput(Input):
    code = StrictCharField(max_length=CODE_MAX)
    name = StrictCharField(max_length=NAME_MAX)
    currency = CurrencyField()
    market = StrictCharField(required=False, allow_null=True, max_length=CODE_MAX)
    customer_group = StrictCharField(required=False, allow_blank=True, max_length=GROUP_MAX)
    priority = StrictIntegerField(required=False, min_value=-PRIORITY_MAX, max_value=PRIORITY_MAX)
    valid_from = serializers.DateTimeField(required=False, allow_null=True)
    valid_until = serializers.DateTimeField(required=False, allow_null=True)


class PriceListChangesInput(Input):
    """What is not sent stays. Of an active list only `name` and `valid_until` can change."""

    name = StrictCharField(required=False, max_length=NAME_MAX)
    market = StrictCharField(required=False, allow_null=True, max_length=CODE_MAX)
    customer_group = StrictCharField(required=False, allow_blank=True, max_length=GROUP_MAX)
    priority = StrictIntegerField(required=False, min_value=-PRIORITY_MAX, max_value=PRIORITY_MAX)
    valid_from = serializers.DateTimeField(required=False, allow_null=True)
    valid_until = serializers.DateTimeField(required=False, allow_null=True)


# Prices side by side.


class MarketPriceOutput(Output):
    """What everybody who is in no group pays for the variant in a market."""

    market = serializers.CharField(help_text="Its code, or that of a currency without markets.")
    prices_include_tax = serializers.BooleanField()
    price = MoneyOutput()
    compare_at = MoneyOutput(allow_null=True)
    lowest_30_days = MoneyOutput(
        allow_null=True, help_text="Of the 30 days before the announced reduction began."
    )
    min_quantity = serializers.IntegerField(help_text="The fewest units it is sold in.")
    tiers = TierOutput(many=True)
    price_list = serializers.CharField(allow_null=True, help_text="Null: the base price.")


class VariantPricesOutput(Output):
    sku = serializers.CharField()
    markets = MarketPriceOutput(many=True)


class PriceTableOutput(Output):
    at = serializers.DateTimeField()
    variants = VariantPricesOutput(many=True)


class PricePeriodOutput(Output):
    price = MoneyOutput()
    compare_at = MoneyOutput(allow_null=True)
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()


class PriceHistoryOutput(Output):
    """What one unit cost everybody in the market, moment by moment, the oldest first."""

    sku = serializers.CharField()
    market = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    periods = PricePeriodOutput(many=True)
    lowest_30_days = MoneyOutput(
        allow_null=True, help_text="Of the 30 days before the reduction now announced began."
    )
