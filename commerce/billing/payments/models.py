"""Payments and their attempts. States are Stripe's PaymentIntent's, plus `unknown`.

`unknown` means: we asked for money to be moved and do not know whether it was. Nothing is assumed;
reconcile_payments.py asks until the provider has said.
https://docs.stripe.com/payments/paymentintents/lifecycle
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.billing.customers.models import Customer
from commerce.billing.invoices.models import Invoice
from commerce.billing.orders.models import Order
from commerce.shared.fields import CurrencyField, MoneyOf, state_is_known
from commerce.shared.ids import new_id


class PaymentStatus(models.TextChoices):
    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


# An answer takes ten seconds at most; whatever is still unanswered then was lost with its process.
CHECK_AFTER = timedelta(seconds=60)

# An attempt is under way, or nobody knows how it ended.
PAYMENT_OPEN = (
    PaymentStatus.REQUIRES_ACTION,
    PaymentStatus.PROCESSING,
    PaymentStatus.REQUIRES_CAPTURE,
    PaymentStatus.UNKNOWN,
)


class Payment(FSMModelMixin, models.Model):
    """One intent to pay one invoice, by as many attempts as it takes."""

    Status = PaymentStatus

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="payments")
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="payments"
    )
    status = FSMField(
        choices=PaymentStatus, default=PaymentStatus.REQUIRES_PAYMENT_METHOD, protected=True
    )
    amount_minor = models.BigIntegerField()
    currency = CurrencyField()
    captured_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(
        default=0, help_text="Given back or on its way back; a failed refund is taken out again."
    )
    created_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)

    amount = MoneyOf("amount_minor")
    captured = MoneyOf("captured_minor")
    refunded = MoneyOf("refunded_minor")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", PaymentStatus, table="billing_payment"),
            models.CheckConstraint(
                name="billing_payment_amount_positive", condition=models.Q(amount_minor__gt=0)
            ),
            models.CheckConstraint(
                name="billing_payment_refunded_at_most_captured",
                condition=models.Q(
                    refunded_minor__gte=0, refunded_minor__lte=models.F("captured_minor")
                ),
            ),
            models.UniqueConstraint(
                name="billing_payment_one_per_invoice",
                fields=["invoice"],
                condition=~models.Q(status="canceled"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="billing_payment_unfinished",
                fields=["status"],
                condition=models.Q(status__in=PAYMENT_OPEN),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.status}"

    def new_attempt(
        self,
        *,
        attempt_no: int,
        payment_method: str,
        provider_customer: str,
        off_session: bool,
        saves_card: bool,
        now: datetime,
    ) -> Attempt:
        """Make the next try, ready to be stored and then sent."""
        self.process()
        return Attempt(
            payment=self,
            attempt_no=attempt_no,
            amount_minor=self.amount_minor,
            currency=self.currency,
            payment_method=payment_method,
            provider_customer=provider_customer,
            off_session=off_session,
            saves_card=saves_card,
            created_at=now,
            check_at=now + CHECK_AFTER,
        )

    # Transitions. An attempt moves its payment along; see attempt transitions below.

    @transition(
        field=status,
        source=[PaymentStatus.REQUIRES_PAYMENT_METHOD, *PAYMENT_OPEN],
        target=PaymentStatus.PROCESSING,
    )
    def process(self) -> None:
        """An attempt was sent, or the provider says that it is still working on it."""

    @transition(field=status, source=PAYMENT_OPEN, target=PaymentStatus.REQUIRES_ACTION)
    def await_action(self) -> None:
        """The customer has to do something, such as 3-D Secure."""

    @transition(field=status, source=PAYMENT_OPEN, target=PaymentStatus.REQUIRES_CAPTURE)
    def authorize(self) -> None:
        """The money is held for us and not taken yet."""

    @transition(field=status, source=PAYMENT_OPEN, target=PaymentStatus.UNKNOWN)
    def lose_track(self) -> None:
        """The provider did not answer."""

    @transition(field=status, source=PAYMENT_OPEN, target=PaymentStatus.REQUIRES_PAYMENT_METHOD)
    def await_payment_method(self) -> None:
        """The attempt is known to have moved nothing; another may be made."""

    @transition(
        field=status,
        # From every state, also after canceling and for a second time: that the provider has
        # moved money is a fact, however late and unwelcome. What it is for is decided elsewhere.
        source=[
            PaymentStatus.REQUIRES_PAYMENT_METHOD,
            *PAYMENT_OPEN,
            PaymentStatus.SUCCEEDED,
            PaymentStatus.CANCELED,
        ],
        target=PaymentStatus.SUCCEEDED,
    )
    def settle(self, *, captured_minor: int, at: datetime) -> None:
        self.captured_minor += captured_minor
        self.succeeded_at = self.succeeded_at or at

    @transition(
        field=status,
        # Not from unknown: what nobody knows cannot be called off.
        source=[
            PaymentStatus.REQUIRES_PAYMENT_METHOD,
            PaymentStatus.REQUIRES_ACTION,
            PaymentStatus.PROCESSING,
            PaymentStatus.REQUIRES_CAPTURE,
        ],
        target=PaymentStatus.CANCELED,
    )
    def cancel(self) -> None:
        """Called off; no attempt of it may still be open."""


class AttemptStatus(models.TextChoices):
    SENDING = "sending"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    CANCELED = "canceled"


ATTEMPT_OPEN = (
    AttemptStatus.SENDING,
    AttemptStatus.REQUIRES_ACTION,
    AttemptStatus.PROCESSING,
    AttemptStatus.REQUIRES_CAPTURE,
    AttemptStatus.UNKNOWN,
)


class Attempt(FSMModelMixin, models.Model):
    """One try. Its id is the provider's idempotency key, so it is stored before the call."""

    Status = AttemptStatus
    OPEN = ATTEMPT_OPEN

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="attempts")
    attempt_no = models.PositiveSmallIntegerField()
    status = FSMField(choices=AttemptStatus, default=AttemptStatus.SENDING, protected=True)
    amount_minor = models.BigIntegerField()
    currency = CurrencyField()
    payment_method = models.CharField(
        max_length=255, help_text="The provider's id of the card; no card data is ever here."
    )
    provider_customer = models.CharField(
        max_length=255, blank=True, default="", help_text="Whose card it is, at the provider."
    )
    card_brand = models.CharField(max_length=32, blank=True, default="")
    card_last4 = models.CharField(max_length=4, blank=True, default="")
    off_session = models.BooleanField(help_text="The customer is not there to answer questions.")
    saves_card = models.BooleanField(
        default=False, help_text="The card is kept for later charges the customer agreed to."
    )
    provider_id = models.CharField(
        max_length=255, null=True, unique=True, help_text="The provider's PaymentIntent."
    )
    decline_code = models.CharField(max_length=64, blank=True, default="")
    next_action = models.JSONField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(
        null=True, help_text="When to ask the provider how it went; NULL once that is known."
    )
    checks = models.PositiveSmallIntegerField(default=0)

    amount = MoneyOf("amount_minor")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", AttemptStatus, table="billing_attempt"),
            models.UniqueConstraint(
                name="billing_attempt_number_once", fields=["payment", "attempt_no"]
            ),
            models.UniqueConstraint(
                name="billing_attempt_one_open_per_payment",
                fields=["payment"],
                condition=models.Q(status__in=ATTEMPT_OPEN),
            ),
            models.CheckConstraint(
                name="billing_attempt_checked_while_open",
                condition=models.Q(check_at__isnull=True) | models.Q(status__in=ATTEMPT_OPEN),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="billing_attempt_to_check",
                fields=["check_at"],
                condition=models.Q(check_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.status}"

    @property
    def is_open(self) -> bool:
        return self.status in ATTEMPT_OPEN

    # Transitions. Only what the provider has said ends an attempt.

    @transition(
        field=status,
        source=[
            AttemptStatus.SENDING,
            AttemptStatus.PROCESSING,
            AttemptStatus.REQUIRES_ACTION,
            AttemptStatus.UNKNOWN,
        ],
        target=AttemptStatus.REQUIRES_ACTION,
    )
    def await_action(self, *, next_action: dict[str, object] | None) -> None:
        self.next_action = next_action

    @transition(
        field=status,
        source=[
            AttemptStatus.SENDING,
            AttemptStatus.PROCESSING,
            AttemptStatus.REQUIRES_ACTION,
            AttemptStatus.UNKNOWN,
        ],
        target=AttemptStatus.PROCESSING,
    )
    def process(self) -> None:
        """The provider has it and will say later."""

    @transition(
        field=status,
        source=[
            AttemptStatus.SENDING,
            AttemptStatus.PROCESSING,
            AttemptStatus.REQUIRES_ACTION,
            AttemptStatus.REQUIRES_CAPTURE,
            AttemptStatus.UNKNOWN,
        ],
        target=AttemptStatus.REQUIRES_CAPTURE,
    )
    def authorize(self) -> None:
        """The money is held for us and not taken yet."""

    @transition(field=status, source=ATTEMPT_OPEN, target=AttemptStatus.UNKNOWN)
    def lose_track(self) -> None:
        """We asked and got no answer. It may have moved the money, or not."""

    @transition(
        field=status,
        # Also from declined and canceled: the provider's word that money has moved is final.
        source=[*ATTEMPT_OPEN, AttemptStatus.DECLINED, AttemptStatus.CANCELED],
        target=AttemptStatus.SUCCEEDED,
    )
    def settle(self, *, at: datetime) -> None:
        self.finished_at, self.check_at, self.next_action = at, None, None

    @transition(field=status, source=ATTEMPT_OPEN, target=AttemptStatus.DECLINED)
    def decline(self, *, decline_code: str, at: datetime) -> None:
        self.decline_code = decline_code
        self.finished_at, self.check_at, self.next_action = at, None, None

    @transition(field=status, source=ATTEMPT_OPEN, target=AttemptStatus.CANCELED)
    def cancel(self, *, at: datetime) -> None:
        """The provider has confirmed that it will never move money."""
        self.finished_at, self.check_at, self.next_action = at, None, None
