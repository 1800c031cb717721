"""The ledger: balanced groups of entries that are never changed, only reversed.

Two triggers in the migrations keep the promises for whoever writes: entries of a transaction sum
to zero per currency and are at least two, and no row is ever updated, deleted or truncated.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from commerce.billing.ledger.chart_of_accounts import Account, Side
from commerce.shared.fields import CurrencyField, MoneyOf
from commerce.shared.ids import new_id


class LedgerAccount(models.Model):
    """Where value sits. The rows follow chart_of_accounts.py with every migration."""

    code = models.CharField(primary_key=True, max_length=32)
    title = models.CharField(max_length=200)
    normal_side = models.CharField(
        max_length=6, choices=[(side.value, side.value) for side in Side]
    )

    def __str__(self) -> str:
        return self.code


class Transaction(models.Model):
    """One movement of value, named by what caused it; the same cause is posted once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(
        max_length=120, unique=True, help_text="Recipe and cause, such as payment_settled:<id>."
    )
    recipe = models.CharField(max_length=64, help_text="The template it was made by.")
    occurred_at = models.DateTimeField(help_text="When it happened in business time.")
    posted_at = models.DateTimeField(db_default=Now(), help_text="When it was written.")
    reverses = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="billing_transaction_occurred", fields=["occurred_at"]),
        ]

    def __str__(self) -> str:
        return self.reference


class Entry(models.Model):
    """One leg: a debit is positive, a credit negative, zero says nothing and is refused."""

    id = models.BigAutoField(primary_key=True)
    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="entries")
    # Without a constraint: every posting would lock the same few account rows for its key check.
    # The check below says the same, and costs nothing.
    account = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, db_constraint=False, related_name="entries"
    )
    amount_minor = models.BigIntegerField()
    currency = CurrencyField()

    amount = MoneyOf("amount_minor")

    class Meta:
        verbose_name_plural = "entries"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="billing_entry_amount_not_zero", condition=~models.Q(amount_minor=0)
            ),
            models.CheckConstraint(
                name="billing_entry_account_in_chart",
                condition=models.Q(account__in=[account.value for account in Account]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"
