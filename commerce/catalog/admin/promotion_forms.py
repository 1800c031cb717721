"""What a person fills in about promotions, their coupons, and a price that wants explaining."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms

from commerce.catalog.admin.amounts import whole_money
from commerce.catalog.interface.dto import QuoteLine
from commerce.catalog.promotions.create_coupons import COUNT_MAX, NewCoupons
from commerce.catalog.promotions.drafts import GROUP_MAX, PRIORITY_MAX, TITLE_MAX, NewPromotion
from commerce.catalog.promotions.models import Promotion
from commerce.catalog.promotions.terms import Effect, Lane, Selection, Terms
from commerce.shared import ids
from commerce.shared.admin import ActForm, LinesField, MomentField
from commerce.shared.money import EXPONENTS, Money

_CURRENCIES = [("", "–"), *((code, code) for code in sorted(EXPONENTS))]
_LISTS = ("skus", "products", "categories", "collections", "plans")


class PromotionForm(ActForm):
    """What can change of an active promotion as well."""

    audited: ClassVar[tuple[str, ...]] = ("ends_at", "limit_total", "limit_per_customer")

    title = forms.CharField(max_length=TITLE_MAX, help_text="What customers read.")
    ends_at = MomentField(required=False, help_text="UTC, exclusive. Empty: no end.")
    limit_total = forms.IntegerField(min_value=1, required=False, help_text="Uses at most.")
    limit_per_customer = forms.IntegerField(min_value=1, required=False)
    budget = forms.DecimalField(min_value=0, required=False, help_text="In its currency.")

    def fields_for(self, row: Promotion | None) -> dict[str, forms.Field]:
        if row is not None:
            names = ("title", "ends_at", "limit_total", "limit_per_customer")
            self.initial |= {name: getattr(row, name) for name in names}
            if row.budget_minor is not None and row.currency:
                self.initial["budget"] = Money(row.budget_minor, row.currency).to_decimal()
        return {}

    def currency(self) -> str:
        """In which the amounts are meant; none, where it counts in any."""
        return (self.row.currency or "") if self.row else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name in ("budget", "amount", "cap", "minimum_total"):
            if (typed := cleaned.get(name)) is not None:
                cleaned[name] = self._money(name, typed)
        return cleaned

    def _money(self, name: str, typed: Any) -> Money | None:
        currency = self.currency()
        if not currency:
            self.add_error(name, "An amount needs a currency.")
            return None
        try:
            return whole_money(typed, currency)
        except forms.ValidationError as problem:
            self.add_error(name, problem)
            return None

    def changes(self) -> dict[str, Any]:
        names = ("title", "ends_at", "limit_total", "limit_per_customer", "budget")
        return {name: self.cleaned_data[name] for name in names}


class NewPromotionForm(PromotionForm):
    """All of a promotion; the rarer conditions are said over the API."""

    audited: ClassVar[tuple[str, ...]] = ("lane", "effect", *PromotionForm.audited)
    field_order = ("title", "lane", "effect", "percent", "in_currency", "amount", "cap")

    lane = forms.ChoiceField(choices=[(x.value, x.value) for x in Lane])
    effect = forms.ChoiceField(choices=[(x.value, x.value.replace("_", " ")) for x in Effect])
    percent = forms.DecimalField(min_value=0, max_value=100, required=False)
    in_currency = forms.ChoiceField(
        label="currency", choices=_CURRENCIES, required=False, help_text="Its only one; –: any."
    )
    amount = forms.DecimalField(min_value=0, required=False, help_text="Taken off, or the price.")
    cap = forms.DecimalField(min_value=0, required=False, help_text="At most this in one order.")
    minimum_total = forms.DecimalField(min_value=0, required=False)
    buy_quantity = forms.IntegerField(min_value=1, initial=1)
    get_quantity = forms.IntegerField(min_value=1, initial=1)
    quantity = forms.IntegerField(
        min_value=1, initial=1, help_text="Of a price, the units of a set; of a gift, how many."
    )
    gift_sku = forms.CharField(max_length=64, required=False)
    targets = LinesField(
        help_text="Only of these, one a line: categories mugs cups. Empty: all goods."
    )
    excluded = LinesField(help_text="Never of these: skus mug-red")
    buys = LinesField(help_text="Of “buy x get y”, what has to be bought.")
    markets = LinesField(help_text="Codes; empty: everywhere.", rows=1)
    customer_groups = LinesField(help_text="Empty: for everybody.", rows=1)
    first_order_only = forms.BooleanField(required=False)
    needs_code = forms.BooleanField(required=False, help_text="Only with a coupon code.")
    starts_at = MomentField(required=False, help_text="UTC. Empty: once it is activated.")
    priority = forms.IntegerField(
        min_value=-PRIORITY_MAX, max_value=PRIORITY_MAX, initial=0, help_text="The higher is first."
    )
    group = forms.CharField(
        max_length=GROUP_MAX, required=False, help_text="Of those of a group the best one counts."
    )
    stops_lane = forms.BooleanField(
        required=False, help_text="Nothing after it in its lane counts."
    )

    def currency(self) -> str:
        return str(self.cleaned_data.get("in_currency", ""))

    def clean_targets(self) -> Selection:
        return _selection(self.cleaned_data["targets"])

    def clean_excluded(self) -> Selection:
        return _selection(self.cleaned_data["excluded"])

    def clean_buys(self) -> Selection:
        return _selection(self.cleaned_data["buys"])

    def promotion(self) -> NewPromotion:
        asked = self.cleaned_data
        terms = Terms(
            effect=Effect(asked["effect"]),
            gift_sku=asked["gift_sku"] or None,
            markets=" ".join(asked["markets"]).split(),
            customer_groups=" ".join(asked["customer_groups"]).split(),
            **{
                name: asked[name]
                for name in (
                    *("percent", "amount", "cap", "minimum_total", "quantity", "buy_quantity"),
                    *("get_quantity", "targets", "excluded", "buys", "first_order_only"),
                )
            },
        )
        return NewPromotion(
            lane=Lane(asked["lane"]),
            terms=terms,
            currency=self.currency() or None,
            starts_at=asked["starts_at"],
            priority=asked["priority"],
            group=asked["group"],
            stops_lane=asked["stops_lane"],
            needs_code=asked["needs_code"],
            **self.changes(),
        )


class CouponsForm(ActForm):
    audited: ClassVar[tuple[str, ...]] = ("count", "prefix", "limit_total", "limit_per_customer")

    codes = LinesField(help_text="By name, one a line; or drawn:")
    count = forms.IntegerField(min_value=0, max_value=COUNT_MAX, required=False)
    prefix = forms.CharField(max_length=40, required=False, help_text="Of those drawn.")
    limit_total = forms.IntegerField(min_value=1, required=False, help_text="Of each code.")
    limit_per_customer = forms.IntegerField(min_value=1, required=False, help_text="Of each code.")

    def coupons(self) -> NewCoupons:
        asked = self.cleaned_data
        return NewCoupons(
            codes=asked["codes"],
            count=asked["count"] or 0,
            prefix=asked["prefix"],
            limit_total=asked["limit_total"],
            limit_per_customer=asked["limit_per_customer"],
        )


class DisableForm(ActForm):
    codes = LinesField(help_text="One a line; empty: all of them.")


class WhyForm(ActForm):
    """What somebody would order, and who."""

    lines = LinesField(help_text="One a line: SKU quantity", label="goods")
    currency = forms.ChoiceField(choices=_CURRENCIES[1:], initial="USD")
    country = forms.CharField(max_length=2, required=False, help_text="ISO 3166, such as US.")
    promotion_codes = LinesField(label="codes", rows=1)
    customer_group = forms.CharField(max_length=60, required=False)

    def clean_lines(self) -> list[QuoteLine]:
        read = [line.split() for line in self.cleaned_data["lines"]]
        for sku, *rest in read:
            if len(rest) > 1 or not all(x.isascii() and x.isdigit() and int(x) for x in rest):
                raise forms.ValidationError(f"“{sku}” needs a number of units, or none.")
        if not read:
            raise forms.ValidationError("Name at least one SKU.")
        return [QuoteLine(sku=sku, quantity=int(rest[0]) if rest else 1) for sku, *rest in read]

    def asked(self) -> dict[str, Any]:
        asked = self.cleaned_data
        return {
            "lines": asked["lines"],
            "currency": asked["currency"],
            "country": asked["country"].upper() or None,
            "promotion_codes": asked["promotion_codes"],
            "customer_group": asked["customer_group"],
        }


def _selection(lines: list[str]) -> Selection:
    """Read `categories mugs cups`: the kind of name, then names."""
    names: dict[str, list[Any]] = {}
    for line in lines:
        kind, *named = line.replace(",", " ").split()
        if kind not in _LISTS:
            raise forms.ValidationError(f"Each line begins with one of {', '.join(_LISTS)}.")
        meant = [_product(x) for x in named] if kind == "products" else named
        names.setdefault(kind, []).extend(meant)
    return Selection(**names)


def _product(name: str) -> UUID:
    try:
        return ids.decode("prod", name)
    except ids.InvalidId as problem:
        raise forms.ValidationError(f"“{name}” is no prod_….") from problem
