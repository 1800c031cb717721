"""Place the order that delivers a paid period of goods."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.interface.messages import OrderPlacedV1
from commerce.billing.invoices.models import Invoice
from commerce.billing.orders.accept_paid_order import accept_paid_order
from commerce.billing.orders.models import Order, OrderLine, OrderLineComponent
from commerce.billing.subscriptions.goods import bought_line, contents_again
from commerce.billing.subscriptions.models import SubscriptionPeriod
from commerce.shared.db import requires_transaction


@requires_transaction
def place_renewal_order(
    *, period: SubscriptionPeriod, invoice: Invoice, at: datetime, now: datetime
) -> Order:
    """Order the goods of a period whose invoice is paid, to where the subscription sends them.

    The caller holds the period's lock and notes the order on it, so there is one for each. The
    delivery is part of the plan's price. `at` is the customer's own time, `now` everybody's.
    """
    subscription = period.subscription
    (charged,) = invoice.lines.all()
    bought = subscription.order_line
    goods = bought_line(subscription)
    order = Order.objects.create(
        subscription=subscription,
        customer_id=subscription.customer_id,
        user_id=invoice.user_id,
        # The guest's secret opens what follows from the first order, too.
        secret_hash=bought.order.secret_hash if bought else "",
        email=invoice.email,
        shipping_address=subscription.shipping_address,
        delivery_option=subscription.delivery_option,
        reservation_reference=period.reservation_reference,
        currency=invoice.currency,
        items_minor=charged.unit_price_minor * charged.quantity + charged.charges_minor,
        discount_minor=0,
        delivery_minor=0,
        tax_minor=invoice.tax_minor,
        total_minor=invoice.total_minor,
        prices_include_tax=charged.prices_include_tax,
        placed_at=at,
    )
    line = OrderLine.objects.create(
        order=order,
        position=0,
        sku=subscription.sku,
        variant_id=bought.variant_id if bought else None,
        plan=subscription.plan_code,
        title=charged.title,
        quantity=charged.quantity,
        unit_price_minor=charged.unit_price_minor,
        charges_minor=charged.charges_minor,
        charges=charged.charges,
        discount_minor=0,
        tax_category=charged.tax_category,
        tax_percent=charged.tax_percent,
        tax_minor=charged.tax_minor,
        total_minor=charged.total_minor,
        currency=charged.currency,
        prices_include_tax=charged.prices_include_tax,
        requires_shipping=True,
        needs_approval=subscription.needs_approval,
        is_bundle=goods is not None and goods.is_bundle,
        grants=goods.grants if goods else [],
        made_to_order_days=goods.made_to_order_days if goods else None,
    )
    OrderLineComponent.objects.bulk_create(contents_again(goods, of=line))
    # So that a return of these goods finds what was charged for them.
    invoice.order, charged.order_line = order, line
    invoice.save(update_fields=["order"])
    charged.save(update_fields=["order_line"])

    placed = OrderPlacedV1(
        order_id=order.id,
        order_number=order.number,
        invoice_id=invoice.id,
        total=order.total,
        placed_at=at,
    )
    accept_paid_order(order, at=at, now=now, also=[placed])
    return order
