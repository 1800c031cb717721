"""Everything that a change of an order's money touches, locked in the agreed order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commerce.billing.invoices.models import Invoice, InvoiceLine
from commerce.billing.orders.components import Counter, components_of, count_units
from commerce.billing.orders.models import Order, OrderLine, OrderLineComponent
from commerce.billing.payments.models import Attempt, Payment
from commerce.shared.db import requires_transaction


@dataclass(slots=True, kw_only=True)
class OrderMoney:
    """An order with its invoice and what was paid; rows may be changed until the commit."""

    order: Order
    lines: dict[UUID, OrderLine]
    components: dict[UUID, OrderLineComponent]
    """What is in bundles, by the id that fulfilment knows it by."""
    invoice: Invoice
    invoice_lines: list[InvoiceLine]
    payment: Payment | None
    paid_by: Attempt | None

    def count(self, units: Mapping[str, int], *, on: Counter) -> dict[OrderLine, int]:
        """Add units that fulfilment speaks of; give how much that is more of each order line."""
        return count_units(units, on=on, lines=self.lines, components=self.components)

    def invoice_line_of(self, order_line: OrderLine) -> InvoiceLine:
        return next(line for line in self.invoice_lines if line.order_line_id == order_line.id)

    def time(self, *, now: datetime) -> datetime:
        """What the customer takes for the present."""
        customer = self.order.customer
        return customer.time(now=now) if customer else now


@requires_transaction
def lock_order_money(order_id: UUID) -> OrderMoney:
    """Lock order, its lines, invoice, invoice lines and payment.

    Raises:
        Order.DoesNotExist: there is no such order.
    """
    order = (
        Order.objects.select_related("customer__test_clock")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=order_id)
    )
    lines = OrderLine.objects.select_for_update(no_key=True).filter(order=order).order_by("pk")
    by_id = {line.id: line for line in lines}
    invoice = Invoice.objects.select_for_update(no_key=True).get(order=order)
    invoice_lines = (
        InvoiceLine.objects.select_for_update(no_key=True).filter(invoice=invoice).order_by("pk")
    )
    payment = (
        Payment.objects.select_for_update(no_key=True)
        .filter(invoice=invoice)
        .order_by("created_at")
        .last()
    )
    paid_by = (
        payment.attempts.filter(status=Attempt.Status.SUCCEEDED).order_by("finished_at").first()
        if payment
        else None
    )
    return OrderMoney(
        order=order,
        lines=by_id,
        components={x.id: x for parts in components_of(by_id.values()).values() for x in parts},
        invoice=invoice,
        invoice_lines=sorted(invoice_lines, key=lambda line: line.position),
        payment=payment,
        paid_by=paid_by,
    )
