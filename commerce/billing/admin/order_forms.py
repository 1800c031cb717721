"""What staff say before an order is canceled or refunded."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.db.models import Sum

from commerce.billing.invoices.models import InvoiceLine
from commerce.billing.orders.models import Order
from commerce.billing.orders.reasons import CANCEL_REASONS, REFUND_REASONS
from commerce.billing.payments.models import Payment
from commerce.shared.admin import ActForm, AmountField, UnitsForm
from commerce.shared.money import Money


def _reasons(codes: list[str]) -> list[tuple[str, str]]:
    return [(code, code.replace("_", " ")) for code in codes]


class CancelForm(ActForm):
    audited = ("reason",)

    reason = forms.ChoiceField(choices=_reasons(CANCEL_REASONS))


class RefundAmountForm(ActForm):
    """Goodwill: an amount, spread over everything that was charged."""

    audited = ("amount", "reason")

    reason = forms.ChoiceField(choices=_reasons(REFUND_REASONS))

    def fields_for(self, row: Order) -> dict[str, forms.Field]:
        return {"amount": AmountField(at_most=_left(row))}


class RefundUnitsForm(UnitsForm):
    """Units at what was charged for them, tax included; the goods stay where they are."""

    audited = ("with_delivery", "reason")

    reason = forms.ChoiceField(choices=_reasons(REFUND_REASONS))
    with_delivery = forms.BooleanField(required=False, label="And what was paid for delivery")

    def lines_of(self, row: Order) -> Iterable[tuple[UUID, str, int]]:
        lines = InvoiceLine.objects.filter(
            invoice__order=row, kind=InvoiceLine.Kind.ITEM, order_line__isnull=False
        )
        return [
            (line.order_line_id, f"{line.title}, {line.total} for {line.quantity}", left)
            for line in lines.order_by("position")
            if line.order_line_id and (left := line.quantity - line.credited_quantity)
        ]

    def may_be_without_units(self) -> bool:
        return bool(self.cleaned_data["with_delivery"])


def _left(order: Order) -> Money:
    """What was charged and has not been given back; the use case looks again, under its locks."""
    sums = Payment.objects.filter(order=order).aggregate(
        captured=Sum("captured_minor", default=0), refunded=Sum("refunded_minor", default=0)
    )
    return Money(sums["captured"] - sums["refunded"], order.currency)
