"""Refund an order: by units of its lines, with or without delivery, or by an amount."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.invoices.credits import (
    LineCredit,
    RefundExceedsBalance,
    credit_amount,
    credit_rest,
    credit_units,
)
from commerce.billing.invoices.models import InvoiceLine
from commerce.billing.orders.give_back import give_back
from commerce.billing.orders.locks import OrderMoney, lock_order_money
from commerce.billing.orders.models import Order
from commerce.billing.refunds.models import Refund
from commerce.billing.refunds.send_refund import send_refund
from commerce.shared.errors import Conflict, Rejected
from commerce.shared.money import Money


class NothingToRefund(Conflict):
    """The order was not paid, or what is to be refunded cost nothing."""

    code = "nothing_to_refund"


class UnknownOrderLine(Rejected):
    """A line of another order, or none at all."""

    code = "unknown_order_line"


class RefundCurrencyDiffers(Rejected):
    """A refund is in the currency of the order."""

    code = "refund_currency_differs"


def refund_order(
    *,
    order_id: UUID,
    reference: str,
    reason: str,
    units_by_line: Mapping[UUID, int] | None = None,
    with_delivery: bool = False,
    amount: Money | None = None,
    now: datetime,
) -> Refund:
    """Decide on a refund and send it; the same `reference` again gives the same refund.

    Units go back at what was charged for them, tax included; delivery only when asked for. An
    amount is spread over everything that was charged, which is how goodwill is shown.

    Raises:
        NothingToRefund, UnknownOrderLine, RefundCurrencyDiffers: as they say.
        QuantityExceedsRefundable, RefundExceedsBalance: so much is not left.
    """
    with transaction.atomic(durable=True):
        money = lock_order_money(order_id)
        known = Refund.objects.filter(reference=f"refund:{reference}").first()
        if known is None:
            if money.order.payment_status not in _REFUNDABLE:
                raise NothingToRefund
            at = money.time(now=now)
            line_credits = _credits(money, units_by_line or {}, with_delivery, amount)
            _refuse_more_than_is_left(money, line_credits)
            known = give_back(
                money,
                line_credits,
                reason=reason,
                reference=f"refund:{reference}",
                at=at,
                now=now,
            )
        if known is None:
            raise NothingToRefund
    return send_refund(refund_id=known.id, now=now)


_REFUNDABLE = (Order.PaymentStatus.PAID, Order.PaymentStatus.PARTIALLY_REFUNDED)


def _refuse_more_than_is_left(money: OrderMoney, line_credits: list[LineCredit]) -> None:
    """Whoever names what goes back has to hear that it cannot; elsewhere the rest goes back."""
    if money.payment is None:
        return
    wanted = Money.sum((credit.total for credit in line_credits), currency=money.order.currency)
    refundable = money.payment.captured - money.payment.refunded
    if wanted > refundable:
        raise RefundExceedsBalance(wanted=wanted, refundable=refundable)


def _credits(
    money: OrderMoney,
    units_by_line: Mapping[UUID, int],
    with_delivery: bool,  # noqa: FBT001 - one of the four things a refund is made of
    amount: Money | None,
) -> list[LineCredit]:
    if amount is not None:
        if amount.currency != money.order.currency:
            raise RefundCurrencyDiffers
        return credit_amount(money.invoice_lines, amount)
    line_credits = []
    for line_id, units in units_by_line.items():
        line = money.lines.get(line_id)
        if line is None:
            raise UnknownOrderLine
        # Without a return the goods stay where they are; what was not earned yet goes first.
        line_credits.append(credit_units(money.invoice_line_of(line), units, came_back=False))
    if with_delivery:
        line_credits += credit_rest(
            [line for line in money.invoice_lines if line.kind == InvoiceLine.Kind.DELIVERY]
        )
    return line_credits
