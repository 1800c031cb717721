"""Record a shipment: what has left the warehouse is earned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.invoices.models import InvoiceLine
from commerce.billing.ledger import templates
from commerce.billing.ledger.post import post
from commerce.billing.orders.fulfilment_progress import note_fulfilment
from commerce.billing.orders.locks import OrderMoney, lock_order_money
from commerce.billing.orders.models import Order, OrderShipment
from commerce.billing.orders.recognition import earned_by
from commerce.billing.orders.timeline import event_of
from commerce.shared import ids
from commerce.shared.db import requires_transaction
from commerce.shared.money import Money


def record_shipment(
    *,
    order_id: UUID,
    shipment_id: UUID,
    units_by_line: Mapping[str, int],
    carrier: str,
    tracking_number: str,
    at: datetime,
) -> Order:
    """Note that units have left, and recognise their revenue. Each shipment counts once.

    Delivery is earned with the first shipment. More units than were ordered break a constraint:
    the message is parked, because either we or the warehouse are wrong.
    """
    with transaction.atomic(durable=True):
        money = lock_order_money(order_id)
        shipment, _ = OrderShipment.objects.get_or_create(
            shipment_id=shipment_id, defaults={"order": money.order}
        )
        if shipment.dispatched_at:
            return money.order
        shipment.units_by_line = dict(units_by_line)
        shipment.carrier, shipment.tracking_number = carrier, tracking_number
        shipment.dispatched_at = at
        shipment.save()

        money.count(units_by_line, on="quantity_dispatched")
        _recognize(money, shipment_id=shipment_id, at=at)
        note_fulfilment(money, at=at)
        event_of(
            money.order,
            "shipment_dispatched",
            at=at,
            shipment_id=ids.encode("ship", shipment_id),
            carrier=carrier,
            tracking_number=tracking_number,
        ).save(force_insert=True)
    return money.order


@requires_transaction
def _recognize(money: OrderMoney, *, shipment_id: UUID, at: datetime) -> None:
    earned = Money.zero(money.order.currency)
    for invoice_line in money.invoice_lines:
        line = invoice_line.order_line_id and money.lines.get(invoice_line.order_line_id)
        if invoice_line.kind == InvoiceLine.Kind.DELIVERY:
            more = Money(invoice_line.deferred_minor, invoice_line.currency)
        elif line and line.requires_shipping:
            more = earned_by(invoice_line, of=line)
        else:
            continue
        invoice_line.recognized_minor += more.minor
        invoice_line.save(update_fields=["recognized_minor"])
        earned += more
    post(templates.revenue_recognized(cause=shipment_id, net=earned, at=at))
