"""Invoices and the credit notes that correct them. Nobody changes either: the law wants it so."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from commerce.billing.admin.columns import (
    ACCOUNT,
    CUSTOMER,
    INVOICE,
    ORDER,
    READERS,
    REAL_FIRST,
    SUBSCRIPTION,
    TOTAL,
)
from commerce.billing.invoices.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from commerce.billing.payments.models import Payment
from commerce.shared.admin import (
    StaffAdmin,
    StaffInline,
    belonging_to,
    link,
    money,
    number,
    page,
    public_id,
    state,
    text,
)


class InvoiceLineInline(StaffInline):
    model = InvoiceLine
    verbose_name_plural = "lines"
    fields = (
        "kind",
        "title",
        "quantity",
        money("net"),
        "tax_percent",
        money("tax"),
        money("total"),
        "credited_quantity",
    )
    ordering = ("position",)
    tab = False


class CreditNoteInline(StaffInline):
    model = CreditNote
    fields = (page("number", "credit note"), "reason", money("total"), "issued_at")
    ordering = ("-pk",)


class PaymentInline(StaffInline):
    model = Payment
    fields = (page("amount", "payment"), state(), money("refunded"), "created_at", "succeeded_at")
    ordering = ("-pk",)


@admin.register(Invoice)
class InvoiceAdmin(StaffAdmin[Invoice]):
    roles = READERS
    icon = "receipt"
    prefix = "inv"
    find_by = (number("number"), belonging_to("order", "ord"), belonging_to("subscription", "sub"))
    search_help_text = "Number, inv_…, ord_… or sub_…"
    list_display = ("number", state(), "email", TOTAL, money("paid"), ORDER, "created_at")
    list_select_related = ("order",)
    list_filter = (REAL_FIRST,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    public_id("inv"),
                    "number",
                    state(),
                    "email",
                    CUSTOMER,
                    ACCOUNT,
                    ORDER,
                    SUBSCRIPTION,
                    "country",
                    money("net"),
                    money("tax"),
                    TOTAL,
                    money("paid"),
                    money("credited"),
                )
            },
        ),
        (
            "Times",
            {
                "classes": ["tab"],
                "fields": (
                    "period_start",
                    "period_end",
                    "created_at",
                    "finalized_at",
                    "due_at",
                    "paid_at",
                    "voided_at",
                ),
            },
        ),
    )
    inlines = (InvoiceLineInline, CreditNoteInline, PaymentInline)


class CreditNoteLineInline(StaffInline):
    model = CreditNoteLine
    verbose_name_plural = "lines"
    fields = (
        text("invoice_line.title"),
        "quantity",
        money("net_minor"),
        money("tax_minor"),
        money("total_minor"),
    )
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CreditNoteLine]:
        return super().get_queryset(request).select_related("invoice_line")


@admin.register(CreditNote)
class CreditNoteAdmin(StaffAdmin[CreditNote]):
    roles = READERS
    icon = "note"
    prefix = "cn"
    find_by = (number("number"), belonging_to("invoice", "inv"))
    search_help_text = "Number, cn_… or inv_…"
    list_display = ("number", INVOICE, "reason", TOTAL, "issued_at")
    list_select_related = ("invoice",)
    fields = (
        public_id("cn"),
        "number",
        INVOICE,
        "reason",
        "reference",
        money("net"),
        money("tax"),
        TOTAL,
        link("refund"),
        "issued_at",
    )
    inlines = (CreditNoteLineInline,)
