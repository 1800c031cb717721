"""Promotions as staff send and get them; the OpenAPI description is made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commerce.catalog.api.shapes import money
from commerce.catalog.promotions import drafts
from commerce.catalog.promotions.drafts import NewPromotion
from commerce.catalog.promotions.models import (
    Promotion,
    PromotionStatus,
)
from commerce.catalog.promotions.queries import terms_of
from commerce.catalog.promotions.terms import Effect, Lane, Selection, Terms
from commerce.shared.api.serializers import (
    CurrencyField,
    Input,
    MoneyInput,
    MoneyOutput,
    Output,
    PageOutput,
    PublicIdField,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    many,
)
from commerce.shared.ids import encode
from commerce.shared.money import Money


def _names() -> serializers.ListField:
    return serializers.ListField(
        child=StrictCharField(max_length=drafts.NAME_MAX),
        max_length=drafts.NAMES_MAX,
        required=False,
    )


def units(largest: int, **more: Any) -> StrictIntegerField:
    return StrictIntegerField(min_value=1, max_value=largest, required=False, **more)


class SelectionInput(Input):
    """Lines by any of these names; nothing named: all goods."""

    skus = _names()
    products = serializers.ListField(
        child=PublicIdField("prod"), max_length=drafts.NAMES_MAX, required=False
    )
    categories = _names()
    collections = _names()
    plans = _names()


@extend_schema_field({"type": "string", "pattern": f"^{drafts.PERCENT}$"})
class PercentField(StrictCharField):
    """A percentage as text, so that no client rounds it."""

    def to_internal_value(self, data: Any) -> Decimal:  # type: ignore[override]  # what is made of the text
        text = super().to_internal_value(data)
        if not re.fullmatch(drafts.PERCENT, text):
            self.fail("invalid")
        return Decimal(text)


class TermsInput(Input):
    effect = serializers.ChoiceField(choices=[x.value for x in Effect])
    percent = PercentField(required=False, help_text="A decimal as text: `12.5`.")
    amount = MoneyInput(required=False, help_text="What is taken off, or what it costs instead.")
    cap = MoneyInput(required=False, help_text="At most this in one order.")
    quantity = units(drafts.UNITS_MAX, help_text="Of one set, or of the gift.")
    buy_quantity = units(drafts.UNITS_MAX)
    get_quantity = units(drafts.UNITS_MAX)
    sets_max = units(drafts.UNITS_MAX)
    gift_sku = StrictCharField(max_length=64, required=False)
    targets = SelectionInput(required=False)
    excluded = SelectionInput(required=False)
    buys = SelectionInput(required=False)
    minimum_total = MoneyInput(required=False)
    minimum_quantity = StrictIntegerField(min_value=0, max_value=drafts.LIMIT_MAX, required=False)
    customer_groups = _names()
    markets = _names()
    first_order_only = StrictBooleanField(required=False)


class PromotionChangesInput(Input):
    """What is not sent stays; `terms` are the complete new ones."""

    title = StrictCharField(max_length=drafts.TITLE_MAX, required=False)
    lane = serializers.ChoiceField(choices=[x.value for x in Lane], required=False)
    terms = TermsInput(required=False)
    priority = StrictIntegerField(
        min_value=-drafts.PRIORITY_MAX, max_value=drafts.PRIORITY_MAX, required=False
    )
    group = StrictCharField(max_length=drafts.GROUP_MAX, required=False, allow_blank=True)
    stops_lane = StrictBooleanField(required=False)
    needs_code = StrictBooleanField(required=False)
    currency = CurrencyField(required=False, allow_null=True)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    limit_total = units(drafts.LIMIT_MAX, allow_null=True)
    limit_per_customer = units(drafts.LIMIT_MAX, allow_null=True)
    budget = MoneyInput(required=False, allow_null=True)


class PromotionInput(PromotionChangesInput):
    """A draft; nobody gets it until it is activated."""

    title = StrictCharField(max_length=drafts.TITLE_MAX)
    lane = serializers.ChoiceField(choices=[x.value for x in Lane])
    terms = TermsInput()


def promotion_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn what was read into the words of `NewPromotion`."""
    made = dict(values)
    if "lane" in made:
        made["lane"] = Lane(made["lane"])
    if "terms" in made:
        made["terms"] = _terms(made["terms"])
    return made


def _terms(values: Mapping[str, Any]) -> Terms:
    made = {**values, "effect": Effect(values["effect"])}
    for name in ("targets", "excluded", "buys"):
        if name in made:
            made[name] = Selection(**made[name])
    return Terms(**made)


class SelectionOutput(Output):
    skus = serializers.ListField(child=serializers.CharField())
    products = serializers.ListField(child=serializers.CharField(), help_text="`prod_…`")
    categories = serializers.ListField(child=serializers.CharField())
    collections = serializers.ListField(child=serializers.CharField())
    plans = serializers.ListField(child=serializers.CharField())


class TermsOutput(Output):
    effect = serializers.ChoiceField(choices=[x.value for x in Effect])
    percent = serializers.CharField(allow_null=True)
    amount = MoneyOutput(allow_null=True)
    cap = MoneyOutput(allow_null=True)
    quantity = serializers.IntegerField()
    buy_quantity = serializers.IntegerField()
    get_quantity = serializers.IntegerField()
    sets_max = serializers.IntegerField(allow_null=True)
    gift_sku = serializers.CharField(allow_null=True)
    targets = SelectionOutput()
    excluded = SelectionOutput()
    buys = SelectionOutput()
    minimum_total = MoneyOutput(allow_null=True)
    minimum_quantity = serializers.IntegerField()
    customer_groups = serializers.ListField(child=serializers.CharField())
    markets = serializers.ListField(child=serializers.CharField())
    first_order_only = serializers.BooleanField()


class PromotionOutput(Output):
    id = serializers.CharField(help_text="`promo_…`")
    version = serializers.IntegerField(help_text="Also the ETag.")
    status = serializers.ChoiceField(choices=PromotionStatus.values)
    title = serializers.CharField()
    lane = serializers.ChoiceField(choices=[x.value for x in Lane])
    terms = TermsOutput()
    priority = serializers.IntegerField()
    group = serializers.CharField(allow_blank=True)
    stops_lane = serializers.BooleanField()
    needs_code = serializers.BooleanField()
    currency = serializers.CharField(allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    limit_total = serializers.IntegerField(allow_null=True)
    limit_per_customer = serializers.IntegerField(allow_null=True)
    budget = MoneyOutput(allow_null=True)
    times_used = serializers.IntegerField(help_text="Held and confirmed.")
    spent = MoneyOutput(allow_null=True, help_text="Held and confirmed, in its one currency.")
    created_at = serializers.DateTimeField()


def promotion(row: Promotion) -> dict[str, Any]:
    terms = terms_of(row)
    in_its_currency = row.currency and money(Money(row.spent_minor, row.currency))
    budget = None
    if row.currency and row.budget_minor is not None:
        budget = money(Money(row.budget_minor, row.currency))
    same = {
        x.name: getattr(row, x.name)
        for x in fields(NewPromotion)
        if x.name not in ("terms", "budget")
    }
    return same | {
        "id": encode("promo", row.pk),
        "version": row.version,
        "status": row.status,
        "terms": {x.name: _plain(getattr(terms, x.name)) for x in fields(terms)},
        "budget": budget,
        "times_used": row.times_used,
        "spent": in_its_currency,
        "created_at": row.created_at,
    }


def _plain(value: Any) -> Any:
    match value:
        case Money():
            return money(value)
        case Decimal():
            return str(value)
        case Effect():
            return value.value
        case Selection():
            named = {x.name: list(getattr(value, x.name)) for x in fields(value)}
            return named | {"products": [encode("prod", x) for x in value.products]}
    return value


class PromotionPageOutput(PageOutput):
    data = many(PromotionOutput)
