"""Place an order: everything that has to exist before money is asked for, written as one piece."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from commerce.billing.checkout.models import Checkout
from commerce.billing.checkout.totals import Priced, PricedLine
from commerce.billing.interface.messages import InvoiceFinalizedV1, OrderPlacedV1
from commerce.billing.invoices.models import Invoice, InvoiceLine
from commerce.billing.invoices.numbering import INVOICES, take_numbers
from commerce.billing.ledger import templates
from commerce.billing.ledger.post import post
from commerce.billing.orders.models import Order, OrderLine, OrderLineComponent
from commerce.billing.orders.timeline import event_of
from commerce.billing.outbox import publish
from commerce.billing.payments.models import Attempt, Payment
from commerce.billing.tax.rates import GENERAL
from commerce.shared.codec import to_plain
from commerce.shared.db import insert_all, requires_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What came of it; no attempt where there is nothing to pay."""

    order: Order
    lines: list[OrderLine]
    invoice: Invoice
    attempt: Attempt | None


@requires_transaction
def place_order(
    *,
    checkout: Checkout,
    priced: Priced,
    payment_method: str,
    pay_by: datetime,
    at: datetime,
    now: datetime,
) -> Placed:
    """Write order, open invoice, payment and first attempt of a checkout that is claimed.

    `at` is the customer's own time and dates the documents, `now` everybody's. Six statements,
    however many lines; the invoice number is taken last, because it is a lock for all.
    """
    order = _order(checkout, priced, pay_by=pay_by, at=at)
    lines = [_order_line(order, i, line) for i, line in enumerate(priced.lines)]
    order.fulfilment_status = (
        Order.FulfilmentStatus.UNFULFILLED
        if any(line.requires_shipping for line in lines)
        else Order.FulfilmentStatus.NOT_REQUIRED
    )
    parts = [
        part
        for line, sold in zip(lines, priced.lines, strict=True)
        for part in _components(line, sold)
    ]
    invoice, invoice_lines = _invoice(order, lines, priced, at=at)
    attempt = None
    if order.total_minor:
        attempt = _attempt(checkout, order, lines, invoice, payment_method, now=now)

    post(
        templates.invoice_finalized(invoice_id=invoice.id, net=invoice.net, tax=invoice.tax, at=at)
    )
    (number,) = take_numbers(INVOICES, at=at)
    invoice.finalize(number=number, at=at)
    publish(
        OrderPlacedV1(
            order_id=order.id,
            order_number=order.number,
            invoice_id=invoice.id,
            total=order.total,
            placed_at=at,
        ),
        InvoiceFinalizedV1(
            invoice_id=invoice.id, number=number, total=invoice.total, finalized_at=at
        ),
        occurred_at=at,
    )
    placed = event_of(order, "order_placed", at=at, total=order.total)
    paying = [attempt.payment, attempt] if attempt else []
    insert_all(order, *lines, *parts, invoice, *invoice_lines, *paying, placed)
    return Placed(order=order, lines=lines, invoice=invoice, attempt=attempt)


def _order(checkout: Checkout, priced: Priced, *, pay_by: datetime, at: datetime) -> Order:
    totals = priced.totals
    return Order(
        number=checkout.number,
        checkout=checkout,
        customer_id=checkout.customer_id,
        user_id=checkout.user_id,
        secret_hash=checkout.secret_hash,
        email=checkout.email,
        shipping_address=checkout.shipping_address,
        delivery_option=checkout.delivery_option,
        reservation_reference=checkout.reservation_reference,
        promotions=to_plain(priced.promotions.uses),
        currency=checkout.currency,
        items_minor=totals.items.minor,
        discount_minor=totals.discount.minor,
        delivery_minor=totals.delivery.minor,
        tax_minor=totals.tax.minor,
        total_minor=totals.total.minor,
        prices_include_tax=totals.prices_include_tax,
        placed_at=at,
        pay_by=pay_by,
    )


def _order_line(order: Order, position: int, line: PricedLine) -> OrderLine:
    return OrderLine(
        order=order,
        position=position,
        sku=line.sku,
        variant_id=line.variant_id,
        plan=line.plan.code if line.plan else None,
        plan_terms=to_plain(line.plan) if line.plan else None,
        title=line.title,
        quantity=line.quantity,
        unit_price_minor=line.unit_price.minor,
        charges_minor=line.charged.minor,
        charges=to_plain(line.charges),
        discount_minor=line.discount.minor,
        tax_category=line.tax_category,
        tax_percent=line.tax_percent,
        tax_minor=line.tax.minor,
        total_minor=line.total.minor,
        currency=order.currency,
        prices_include_tax=line.prices_include_tax,
        requires_shipping=line.requires_shipping,
        needs_approval=line.needs_approval,
        discounts=to_plain(line.discounts),
        is_gift=line.is_gift,
        is_bundle=bool(line.components),
        grants=to_plain(line.grants),
        made_to_order_days=line.made_to_order_days,
    )


def _components(line: OrderLine, sold: PricedLine) -> list[OrderLineComponent]:
    return [
        OrderLineComponent(
            order_line=line,
            position=position,
            sku=part.sku,
            variant_id=part.variant_id,
            title=part.title,
            per_bundle=part.quantity,
            quantity=part.quantity * line.quantity,
            requires_shipping=part.requires_shipping,
        )
        for position, part in enumerate(sold.components)
    ]


def _invoice(
    order: Order, lines: list[OrderLine], priced: Priced, *, at: datetime
) -> tuple[Invoice, list[InvoiceLine]]:
    totals = priced.totals
    invoice = Invoice(
        customer_id=order.customer_id,
        user_id=order.user_id,
        email=order.email,
        order=order,
        country=priced.country,
        currency=order.currency,
        net_minor=(totals.total - totals.tax).minor,
        tax_minor=totals.tax.minor,
        total_minor=totals.total.minor,
        created_at=at,
        due_at=at,
    )
    rows = [
        InvoiceLine(
            invoice=invoice,
            order_line=line,
            position=line.position,
            kind=InvoiceLine.Kind.ITEM,
            title=line.title,
            quantity=line.quantity,
            unit_price_minor=line.unit_price_minor,
            charges_minor=line.charges_minor,
            charges=line.charges,
            discount_minor=line.discount_minor,
            prices_include_tax=line.prices_include_tax,
            net_minor=line.total_minor - line.tax_minor,
            tax_category=line.tax_category,
            tax_percent=line.tax_percent,
            tax_minor=line.tax_minor,
            total_minor=line.total_minor,
            currency=order.currency,
        )
        for line in lines
    ]
    if priced.delivery.price:
        rows.append(
            InvoiceLine(
                invoice=invoice,
                position=len(rows),
                kind=InvoiceLine.Kind.DELIVERY,
                title="Delivery",
                quantity=1,
                unit_price_minor=priced.delivery.price.minor,
                discount_minor=(priced.delivery.price - priced.delivery.total).minor,
                prices_include_tax=totals.prices_include_tax,
                net_minor=(priced.delivery_total - priced.delivery_tax).minor,
                tax_category=GENERAL,
                tax_percent=priced.delivery_tax_percent,
                tax_minor=priced.delivery_tax.minor,
                total_minor=priced.delivery_total.minor,
                currency=order.currency,
            )
        )
    return invoice, rows


def _attempt(
    checkout: Checkout,
    order: Order,
    lines: list[OrderLine],
    invoice: Invoice,
    payment_method: str,
    *,
    now: datetime,
) -> Attempt:
    payment = Payment(
        invoice=invoice,
        order=order,
        customer=checkout.customer,
        amount_minor=invoice.total_minor,
        currency=invoice.currency,
        created_at=now,
    )
    return payment.new_attempt(
        attempt_no=1,
        payment_method=payment_method,
        provider_customer=(checkout.customer and checkout.customer.stripe_customer_id) or "",
        off_session=False,
        saves_card=any(line.plan for line in lines),
        now=now,
    )
