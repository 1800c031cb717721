"""Promotions, their coupon codes, every use of them, and why a price is what it is."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString

from commerce.catalog.admin.promotion_forms import (
    CouponsForm,
    DisableForm,
    NewPromotionForm,
    PromotionForm,
    WhyForm,
)
from commerce.catalog.interface.dto import Quote
from commerce.catalog.pricing.quote_prices import quote_prices
from commerce.catalog.promotions.activate_promotion import activate_promotion
from commerce.catalog.promotions.change_promotion import change_promotion
from commerce.catalog.promotions.create_coupons import create_coupons
from commerce.catalog.promotions.create_promotion import create_promotion
from commerce.catalog.promotions.disable_coupons import disable_coupons
from commerce.catalog.promotions.end_promotion import end_promotion
from commerce.catalog.promotions.models import Coupon, Promotion, PromotionStatus, Redemption
from commerce.shared.admin import (
    NOTHING,
    ActForm,
    Acting,
    StaffAdmin,
    StaffInline,
    act,
    amount,
    facts,
    flag,
    grid,
    link,
    list_act,
    money,
    public_id,
    question,
    state,
    status_filter,
    title_of,
)
from commerce.shared.money import Money

READERS = ("catalog", "support", "finance")


class CouponInline(StaffInline):
    model = Coupon
    verbose_name_plural = "coupons"
    fields = (
        "code",
        "times_used",
        "limit_total",
        "limit_per_customer",
        "created_at",
        "disabled_at",
    )
    ordering = ("-pk",)


class RedemptionInline(StaffInline):
    model = Redemption
    verbose_name_plural = "uses"
    fields = ("reference", state(), money("amount"), link("coupon"), "held_at", "confirmed_at")
    ordering = ("-pk",)


@admin.register(Promotion)
class PromotionAdmin(StaffAdmin[Promotion]):
    roles = READERS
    icon = "percent"
    prefix = "promo"
    search_help_text = "promo_…"
    list_display = (
        "title",
        state(),
        "lane",
        flag("needs_code", "by code"),
        "times_used",
        "limit_total",
        "starts_at",
        "ends_at",
    )
    list_filter = (status_filter(PromotionStatus),)
    list_defer = ("terms",)
    fields = (
        public_id("promo"),
        "title",
        state(),
        "lane",
        "shown_terms",
        "shown_budget",
        "times_used",
        "limit_total",
        "limit_per_customer",
        flag("needs_code", "by code"),
        "currency",
        "priority",
        "group",
        flag("stops_lane", "stops its lane"),
        "starts_at",
        "ends_at",
        "version",
        "created_at",
    )
    inlines = (CouponInline, RedemptionInline)

    @admin.display(description="terms")
    def shown_terms(self, row: Promotion) -> SafeString:
        """Say only what was said: what is empty counts for nothing."""
        return facts(
            (title_of(name), _word(value)) for name, value in row.terms.items() if _said(value)
        )

    @admin.display(description="budget")
    def shown_budget(self, row: Promotion) -> str:
        if row.budget_minor is None or row.currency is None:
            return NOTHING
        return f"{Money(row.spent_minor, row.currency)} of {Money(row.budget_minor, row.currency)}"

    @list_act("New promotion", roles=("catalog",), form=NewPromotionForm)
    def create(self, form: NewPromotionForm, acting: Acting) -> tuple[Promotion, str]:
        row = create_promotion(
            promotion=form.promotion(), promotion_id=acting.token, now=acting.now
        )
        return row, f"{row.title} is there, as a draft."

    @question(
        "Why this price?",
        roles=("catalog", "support"),
        form=WhyForm,
        asks="Every cent that is taken off, and every promotion that does nothing, with the reason.",
    )
    def why(self, form: WhyForm, acting: Acting) -> SafeString:
        return _explained(quote_prices(tells_all=True, at=acting.now, **form.asked()))

    @act(
        "Change",
        roles=("catalog",),
        asks="Another promise is another promotion: the terms of this one stay.",
        form=PromotionForm,
        applies=lambda row: row.status != PromotionStatus.ENDED,
    )
    def edit(self, row: Promotion, form: PromotionForm, acting: Acting) -> str:
        change_promotion(
            promotion_id=row.pk,
            changes=form.changes(),
            expected_version=acting.version,
            now=acting.now,
        )
        return f"{row.title} is changed."

    @act(
        "Add coupons",
        roles=("catalog",),
        form=CouponsForm,
        applies=lambda row: row.needs_code and row.status != PromotionStatus.ENDED,
        group="Coupons",
    )
    def add_coupons(self, row: Promotion, form: CouponsForm, acting: Acting) -> str:
        codes = create_coupons(
            promotion_id=row.pk,
            coupons=form.coupons(),
            reference=acting.token,
            now=acting.now,
        )
        return f"{len(codes)} codes bring it, from {codes[0]} on."

    @act(
        "Disable coupons",
        roles=("catalog",),
        asks="They bring nothing any more; orders keep what they were given.",
        form=DisableForm,
        applies=lambda row: row.needs_code,
        group="Coupons",
    )
    def disable_coupons(self, row: Promotion, form: DisableForm, acting: Acting) -> str:
        codes = form.cleaned_data["codes"] or None
        count = disable_coupons(promotion_id=row.pk, codes=codes, now=acting.now)
        return f"{count} codes bring nothing any more."

    @act(
        "Activate",
        roles=("catalog",),
        asks="From its first day on customers get it. Its terms are fixed from now on.",
        tone="primary",
        applies=lambda row: row.status == PromotionStatus.DRAFT,
    )
    def activate(self, row: Promotion, form: ActForm, acting: Acting) -> str:
        activate_promotion(promotion_id=row.pk, expected_version=acting.version, now=acting.now)
        return f"{row.title} is active."

    @act(
        "End",
        roles=("catalog",),
        asks="Nobody gets it any more, for good; orders keep what they were given.",
        tone="danger",
        applies=lambda row: row.status == PromotionStatus.ACTIVE,
    )
    def end(self, row: Promotion, form: ActForm, acting: Acting) -> str:
        end_promotion(promotion_id=row.pk, expected_version=acting.version, now=acting.now)
        return f"{row.title} has ended."


def _said(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_said(inner) for inner in value.values())
    return value not in (None, "", [], 0, False)


def _word(value: Any) -> str:
    match value:
        case {"amount": int(minor), "currency": str(currency)}:
            return amount(minor, currency)
        case dict():
            return " · ".join(f"{title_of(k)}: {_word(x)}" for k, x in value.items() if _said(x))
        case list():
            return ", ".join(_word(inner) for inner in value)
    return str(value)


def _explained(quote: Quote) -> SafeString:
    lines: list[tuple[object, ...]] = []
    for line in quote.lines:
        lines.append((line.sku or line.title, line.quantity, line.unit_price, line.total, ""))
        lines += [("", "", f"– {x.amount}", "", f"{x.title}: {x.why}") for x in line.discounts]
    lines += [
        (x.title, "", "", "", f"on delivery: {x.code or 'no code'}")
        for x in quote.delivery_promotions
    ]
    lines += [(x.title, "", "", "", f"does nothing: {x.reason}") for x in quote.refused_promotions]
    lines.append(("together", "", "", quote.total, f"market {quote.market or 'none'}"))
    return SafeString(grid(("", "units", "each", "total", "why"), lines))
