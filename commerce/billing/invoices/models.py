"""Invoices and credit notes. An invoice goes draft → open → paid, void or uncollectible.

The states and their names are Stripe's, so support, finance and the gateway speak alike
(https://docs.stripe.com/invoicing/overview#invoice-statuses).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.billing.customers.models import Customer
from commerce.shared.fields import CurrencyField, MoneyOf, ReferenceField, state_is_known
from commerce.shared.ids import new_id


class NumberSeries(models.Model):
    """A gapless series of document numbers. Its row is the lock: take from it last."""

    code = models.CharField(primary_key=True, max_length=32)
    last = models.BigIntegerField(help_text="The number given last.")

    def __str__(self) -> str:
        return f"{self.code} {self.last}"


class Status(models.TextChoices):
    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


class Invoice(FSMModelMixin, models.Model):
    """A request for payment. Once open, its amounts never change; a credit note corrects it."""

    Status = Status

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, null=True, unique=True)
    status = FSMField(choices=Status, default=Status.DRAFT, protected=True)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="invoices"
    )
    user_id = ReferenceField("identity.User", null=True)
    email = models.EmailField()
    order = models.ForeignKey(
        "billing.Order", null=True, on_delete=models.PROTECT, related_name="invoices"
    )
    subscription = models.ForeignKey(
        "billing.Subscription", null=True, on_delete=models.PROTECT, related_name="invoices"
    )
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True, help_text="Exclusive.")
    country = models.CharField(max_length=2, help_text="Where it is taxed. ISO 3166-1 alpha-2.")

    currency = CurrencyField()
    net_minor = models.BigIntegerField(help_text="After discounts, before tax.")
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(default=0)
    credited_minor = models.BigIntegerField(default=0, help_text="Sum of its credit notes.")

    created_at = models.DateTimeField()
    finalized_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    net = MoneyOf("net_minor")
    tax = MoneyOf("tax_minor")
    total = MoneyOf("total_minor")
    paid = MoneyOf("paid_minor")
    credited = MoneyOf("credited_minor")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", Status, table="billing_invoice"),
            models.CheckConstraint(
                name="billing_invoice_numbered_once_open",
                condition=models.Q(status="draft", number__isnull=True)
                | (~models.Q(status="draft") & models.Q(number__isnull=False)),
            ),
            models.CheckConstraint(
                name="billing_invoice_total_is_the_sum",
                condition=models.Q(total_minor=models.F("net_minor") + models.F("tax_minor")),
            ),
            models.CheckConstraint(
                name="billing_invoice_amounts_possible",
                condition=models.Q(net_minor__gte=0, tax_minor__gte=0, paid_minor__gte=0),
            ),
            models.CheckConstraint(
                name="billing_invoice_credited_at_most_total",
                condition=models.Q(
                    credited_minor__gte=0, credited_minor__lte=models.F("total_minor")
                ),
            ),
            models.CheckConstraint(
                name="billing_invoice_paid_at_most_total",
                condition=models.Q(paid_minor__lte=models.F("total_minor")),
            ),
            models.UniqueConstraint(
                name="billing_invoice_period_once",
                fields=["subscription", "period_start"],
                condition=models.Q(subscription__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="billing_invoice_newest", fields=["-created_at", "-id"]),
            models.Index(name="billing_invoice_of_user", fields=["user_id", "-created_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.number or "draft"

    @property
    def due_minor(self) -> int:
        """What is still to be paid."""
        if self.status not in (Status.OPEN, Status.UNCOLLECTIBLE):
            return 0
        return max(self.total_minor - self.credited_minor - self.paid_minor, 0)

    # Transitions: every way an invoice can change, in the order it usually happens.

    @transition(field=status, source=Status.DRAFT, target=Status.OPEN)
    def finalize(self, *, number: str, at: datetime) -> None:
        # Numbers are given here and not at draft: tax law wants them gapless,
        # and drafts may be thrown away.
        self.number = number
        self.finalized_at = at

    @transition(field=status, source=[Status.OPEN, Status.UNCOLLECTIBLE], target=Status.PAID)
    def mark_paid(self, *, at: datetime) -> None:
        self.paid_minor = self.total_minor - self.credited_minor
        self.paid_at = at

    @transition(field=status, source=Status.OPEN, target=Status.UNCOLLECTIBLE)
    def write_off(self) -> None:
        """Give up on collecting. Money that still arrives later marks it paid."""

    @transition(field=status, source=[Status.OPEN, Status.UNCOLLECTIBLE], target=Status.VOID)
    def void(self, *, at: datetime) -> None:
        """Withdraw an invoice that should not have been sent."""
        self.voided_at = at


class LineKind(models.TextChoices):
    ITEM = "item"
    DELIVERY = "delivery"


class InvoiceLine(models.Model):
    """What is charged for, with its tax. Delivery is a line like any other."""

    Kind = LineKind

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(
        "billing.OrderLine", null=True, on_delete=models.PROTECT, related_name="invoice_lines"
    )
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=LineKind)
    title = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.BigIntegerField()
    charges_minor = models.BigIntegerField(
        default=0, help_text="What a plan costs beside its units, in sum."
    )
    charges = models.JSONField(default=list, help_text="Each of them, explained to the cent.")
    discount_minor = models.BigIntegerField(default=0)
    prices_include_tax = models.BooleanField(
        default=False, help_text="Unit price and discount are gross; net is what is left of them."
    )
    net_minor = models.BigIntegerField(help_text="After discount, before tax.")
    tax_category = models.CharField(max_length=64)
    tax_percent = models.DecimalField(max_digits=6, decimal_places=3)
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    currency = CurrencyField()
    credited_quantity = models.PositiveIntegerField(default=0)
    credited_net_minor = models.BigIntegerField(default=0)
    credited_tax_minor = models.BigIntegerField(default=0)
    recognized_minor = models.BigIntegerField(default=0, help_text="Net revenue earned so far.")
    released_minor = models.BigIntegerField(
        default=0, help_text="Net credited before it was earned; it never will be."
    )

    net = MoneyOf("net_minor")
    tax = MoneyOf("tax_minor")
    total = MoneyOf("total_minor")

    class Meta:
        ordering = ("invoice", "position")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="billing_invoiceline_position", fields=["invoice", "position"]
            ),
            models.CheckConstraint(
                name="billing_invoiceline_sums_up",
                condition=models.Q(total_minor=models.F("net_minor") + models.F("tax_minor"))
                & (
                    models.Q(
                        prices_include_tax=False,
                        net_minor=models.F("unit_price_minor") * models.F("quantity")
                        + models.F("charges_minor")
                        - models.F("discount_minor"),
                    )
                    | models.Q(
                        prices_include_tax=True,
                        total_minor=models.F("unit_price_minor") * models.F("quantity")
                        + models.F("charges_minor")
                        - models.F("discount_minor"),
                    )
                ),
            ),
            models.CheckConstraint(
                name="billing_invoiceline_credited_at_most_charged",
                condition=models.Q(
                    credited_quantity__lte=models.F("quantity"),
                    credited_net_minor__gte=0,
                    credited_net_minor__lte=models.F("net_minor"),
                    credited_tax_minor__gte=0,
                    credited_tax_minor__lte=models.F("tax_minor"),
                ),
            ),
            models.CheckConstraint(
                name="billing_invoiceline_earned_at_most_net",
                condition=models.Q(
                    recognized_minor__gte=0,
                    released_minor__gte=0,
                    net_minor__gte=models.F("recognized_minor") + models.F("released_minor"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def deferred_minor(self) -> int:
        """What is neither earned nor credited yet."""
        return self.net_minor - self.recognized_minor - self.released_minor


class CreditNote(models.Model):
    """Corrects an open or paid invoice; issued once for each reference, and never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    reference = models.CharField(
        max_length=120, unique=True, help_text="What caused it, such as return:<id>."
    )
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    reason = models.CharField(max_length=64)
    currency = CurrencyField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    issued_at = models.DateTimeField()

    net = MoneyOf("net_minor")
    tax = MoneyOf("tax_minor")
    total = MoneyOf("total_minor")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="billing_creditnote_total_is_the_sum",
                condition=models.Q(total_minor=models.F("net_minor") + models.F("tax_minor")),
            ),
            models.CheckConstraint(
                name="billing_creditnote_amounts_possible",
                condition=models.Q(net_minor__gte=0, tax_minor__gte=0, total_minor__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CreditNoteLine(models.Model):
    """How much of an invoice line is taken back, net and tax apart."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    credit_note = models.ForeignKey(CreditNote, on_delete=models.PROTECT, related_name="lines")
    invoice_line = models.ForeignKey(
        InvoiceLine, on_delete=models.PROTECT, related_name="credit_note_lines"
    )
    quantity = models.PositiveIntegerField(help_text="0: an amount without units, as in goodwill.")
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    currency = CurrencyField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="billing_creditnoteline_sums_up",
                condition=models.Q(
                    total_minor=models.F("net_minor") + models.F("tax_minor"),
                    net_minor__gte=0,
                    tax_minor__gte=0,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.total_minor} {self.currency}"
