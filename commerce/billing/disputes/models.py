"""Disputes: payments that the customer's bank contests."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from commerce.billing.payments.models import Payment
from commerce.shared.fields import CurrencyField, MoneyOf, state_is_known
from commerce.shared.ids import new_id


class Status(models.TextChoices):
    """Stripe's, verbatim: https://docs.stripe.com/api/disputes/object#dispute_object-status."""

    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    PREVENTED = "prevented"


class Dispute(models.Model):
    """The customer's bank contests a payment. The provider moves it along; we keep the books."""

    Status = Status

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    provider_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=32, choices=Status)
    reason = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField()
    currency = CurrencyField()
    opened_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, help_text="The provider took the money back.")
    reinstated_at = models.DateTimeField(null=True, help_text="And gave it to us again.")
    closed_at = models.DateTimeField(null=True)

    amount = MoneyOf("amount_minor")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", Status, table="billing_dispute"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="billing_dispute_by_status", fields=["status", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.status}"
