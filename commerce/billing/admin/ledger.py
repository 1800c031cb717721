"""The ledger: what was posted, and where value sits. Mistakes are reversed, never edited."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Sum
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commerce.billing.admin.columns import AMOUNT
from commerce.billing.ledger.models import Entry, LedgerAccount, Transaction
from commerce.shared.admin import NOTHING, StaffAdmin, StaffInline, exact, link, page
from commerce.shared.money import Money

FINANCE = ("finance",)


class EntryInline(StaffInline):
    model = Entry
    fields = (link("account"), AMOUNT)
    tab = False


@admin.register(Transaction)
class TransactionAdmin(StaffAdmin[Transaction]):
    roles = FINANCE
    menu_title = "Ledger transactions"
    icon = "account_balance"
    find_by = (exact("reference"),)
    search_help_text = "Reference, such as payment_settled:…"
    list_display = ("reference", "recipe", "occurred_at", "posted_at")
    fields = (
        "reference",
        "recipe",
        "occurred_at",
        "posted_at",
        link("reverses"),
        link("reversed_by"),
    )
    inlines = (EntryInline,)


@admin.register(Entry)
class EntryAdmin(StaffAdmin[Entry]):
    roles = FINANCE
    menu_title = "Ledger entries"
    icon = "toc"
    list_display = (page("pk", "entry"), link("transaction"), link("account"), AMOUNT)
    list_select_related = ("transaction", "account")
    list_filter = ("account",)
    fields = (link("transaction"), link("account"), AMOUNT)


@admin.register(LedgerAccount)
class LedgerAccountAdmin(StaffAdmin[LedgerAccount]):
    roles = FINANCE
    icon = "savings"
    ordering = ("code",)
    list_display = ("code", "title", "normal_side")
    fields = ("code", "title", "normal_side", "balance", "entries")

    @admin.display(description="balance, debit positive")
    def balance(self, account: LedgerAccount) -> str:
        sums = (
            Entry.objects.filter(account=account)
            .order_by("currency")
            .values_list("currency")
            .annotate(minor=Sum("amount_minor"))
        )
        return ", ".join(str(Money(int(minor), currency)) for currency, minor in sums) or NOTHING

    def entries(self, account: LedgerAccount) -> SafeString:
        address = reverse("admin:billing_entry_changelist")
        return format_html(
            '<a class="text-link" href="{}?account__code__exact={}">All entries</a>',
            address,
            account.code,
        )
