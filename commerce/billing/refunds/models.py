"""Refunds: money on its way back to the card it came from."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.billing.invoices.models import CreditNote
from commerce.billing.payments.models import Attempt, Payment
from commerce.shared.fields import CurrencyField, MoneyOf, state_is_known
from commerce.shared.ids import new_id


class Status(models.TextChoices):
    SENDING = "sending"
    PENDING = "pending"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


REFUND_OPEN = (Status.SENDING, Status.PENDING, Status.UNKNOWN)


class Refund(FSMModelMixin, models.Model):
    """Money on its way back. Its id is the provider's idempotency key.

    Made in the transaction that decides on it and sent by whoever comes first, the request or
    the sweeper, so a decision to refund is never lost.
    """

    Status = Status
    OPEN = REFUND_OPEN

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, related_name="refunds", help_text="What took the money."
    )
    credit_note = models.OneToOneField(
        CreditNote,
        null=True,
        on_delete=models.PROTECT,
        related_name="refund",
        help_text="None where the money was never for anything: paid twice, or too late.",
    )
    reference = models.CharField(
        max_length=120, unique=True, help_text="What caused it, such as return:<id>."
    )
    reason = models.CharField(max_length=64)
    status = FSMField(choices=Status, default=Status.SENDING, protected=True)
    amount_minor = models.BigIntegerField()
    currency = CurrencyField()
    provider_id = models.CharField(max_length=255, null=True, unique=True)
    failure_reason = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(
        null=True, help_text="When to send it again or ask how it went; NULL once that is known."
    )
    checks = models.PositiveSmallIntegerField(default=0)

    amount = MoneyOf("amount_minor")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", Status, table="billing_refund"),
            models.CheckConstraint(
                name="billing_refund_amount_positive", condition=models.Q(amount_minor__gt=0)
            ),
            models.CheckConstraint(
                name="billing_refund_checked_while_open",
                condition=models.Q(check_at__isnull=True) | models.Q(status__in=REFUND_OPEN),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="billing_refund_to_check",
                fields=["check_at"],
                condition=models.Q(check_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.status}"

    @property
    def is_open(self) -> bool:
        return self.status in REFUND_OPEN

    @transition(field=status, source=REFUND_OPEN, target=Status.PENDING)
    def wait(self) -> None:
        """The provider has it and will say later."""

    @transition(field=status, source=REFUND_OPEN, target=Status.UNKNOWN)
    def lose_track(self) -> None:
        """We asked and got no answer."""

    @transition(field=status, source=REFUND_OPEN, target=Status.SUCCEEDED)
    def settle(self, *, at: datetime) -> None:
        self.finished_at, self.check_at = at, None

    @transition(
        field=status,
        # Also after success: a bank may send a refund back days later.
        source=[*REFUND_OPEN, Status.SUCCEEDED],
        target=Status.FAILED,
    )
    def fail(self, *, failure_reason: str, at: datetime) -> None:
        self.failure_reason = failure_reason
        self.finished_at, self.check_at = at, None
