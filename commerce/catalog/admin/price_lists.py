"""Price lists: prices for one market, one group of customers or one season."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from commerce.catalog.admin.prices import PriceInline
from commerce.catalog.markets.models import CODE_MAX, Market
from commerce.catalog.pricing.activate_price_list import activate_price_list
from commerce.catalog.pricing.change_price_list import PriceListChanges, change_price_list
from commerce.catalog.pricing.create_price_list import NewPriceList, create_price_list
from commerce.catalog.pricing.end_price_list import end_price_list
from commerce.catalog.pricing.models import GROUP_MAX, PRIORITY_MAX, PriceList, PriceListStatus
from commerce.shared.admin import (
    ActForm,
    Acting,
    MomentField,
    StaffAdmin,
    act,
    exact,
    link,
    list_act,
    money,
    public_id,
    state,
    status_filter,
)


class PriceListForm(ActForm):
    """Whom a list is for; of an active one only the name and the end can still change."""

    audited: ClassVar[tuple[str, ...]] = (
        "market",
        "customer_group",
        "priority",
        "valid_from",
        "valid_until",
    )

    name = forms.CharField(max_length=120)
    market = forms.ChoiceField(required=False)
    customer_group = forms.CharField(
        max_length=GROUP_MAX, required=False, help_text="Empty: everybody."
    )
    priority = forms.IntegerField(
        min_value=-PRIORITY_MAX,
        max_value=PRIORITY_MAX,
        initial=0,
        help_text="The highest is first.",
    )
    valid_from = MomentField(required=False, help_text="UTC. Empty: as soon as it is active.")
    valid_until = MomentField(required=False, help_text="UTC, exclusive. Empty: no end.")

    def fields_for(self, row: PriceList | None) -> dict[str, forms.Field]:
        codes = Market.objects.order_by("code").values_list("code", flat=True)
        field: Any = self.fields["market"]
        field.choices = [("", "every market"), *((code, code) for code in codes)]
        if row is not None:
            self.initial |= {
                name: getattr(row, name)
                for name in ("name", "customer_group", "priority", "valid_from", "valid_until")
            }
            self.initial["market"] = row.market.code if row.market else ""
        return {}

    def changes(self) -> PriceListChanges:
        asked = self.cleaned_data
        return PriceListChanges(
            name=asked["name"],
            market=asked["market"] or None,
            customer_group=asked["customer_group"],
            priority=asked["priority"],
            valid_from=asked["valid_from"],
            valid_until=asked["valid_until"],
        )


class NewPriceListForm(PriceListForm):
    audited: ClassVar[tuple[str, ...]] = ("code", "currency", *PriceListForm.audited)
    field_order = ("code", "name", "currency")

    code = forms.CharField(max_length=CODE_MAX)
    currency = forms.CharField(max_length=3, help_text="ISO 4217.")


class ListedPriceInline(PriceInline):
    fields = (
        link("variant", "SKU"),
        money("amount", "price"),
        money("compare_at_minor", "instead of"),
        "min_quantity",
        "valid_from",
        "valid_until",
    )
    verbose_name_plural = "prices"


@admin.register(PriceList)
class PriceListAdmin(StaffAdmin[PriceList]):
    roles = ("catalog", "support", "finance")
    icon = "list_alt"
    prefix = "list"
    find_by = (exact("code"),)
    search_help_text = "Code or list_…"
    list_display = (
        "code",
        "name",
        state(),
        link("market"),
        "currency",
        "customer_group",
        "priority",
        "valid_from",
        "valid_until",
    )
    list_select_related = ("market",)
    list_filter = (status_filter(PriceListStatus),)
    fields = (public_id("list"), *list_display, "version", "activated_at", "ended_at")
    inlines = (ListedPriceInline,)

    @list_act("New price list", roles=("catalog",), form=NewPriceListForm)
    def create(self, form: NewPriceListForm, acting: Acting) -> tuple[PriceList, str]:
        asked = form.cleaned_data
        row = create_price_list(
            price_list=NewPriceList(
                code=asked["code"], currency=asked["currency"].upper(), **form.changes()
            ),
            now=acting.now,
        )
        return row, f"{row.code} is there, as a draft: set prices in it on pages of variants."

    @act(
        "Change",
        roles=("catalog",),
        form=PriceListForm,
        applies=lambda row: row.status != PriceListStatus.ENDED,
    )
    def edit(self, row: PriceList, form: PriceListForm, acting: Acting) -> str:
        change_price_list(
            price_list_id=row.pk,
            changes=form.changes(),
            expected_version=acting.version,
            now=acting.now,
        )
        return f"{row.code} is changed."

    @act(
        "Activate",
        roles=("catalog",),
        asks="Within its time its prices are charged from now on.",
        tone="primary",
        applies=lambda row: row.status == PriceListStatus.DRAFT,
    )
    def activate(self, row: PriceList, form: ActForm, acting: Acting) -> str:
        activate_price_list(price_list_id=row.pk, now=acting.now)
        return f"{row.code} counts."

    @act(
        "End",
        roles=("catalog",),
        asks="What it had a price for costs again what other lists say. This is for good.",
        tone="danger",
        applies=lambda row: row.status != PriceListStatus.ENDED,
    )
    def end(self, row: PriceList, form: ActForm, acting: Acting) -> str:
        end_price_list(price_list_id=row.pk, now=acting.now)
        return f"{row.code} counts no more."
