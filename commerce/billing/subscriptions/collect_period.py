"""Collect a period: charge the customer's card for it, with the goods set aside first."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from commerce.billing.customers.models import PaymentMethod
from commerce.billing.invoices.models import Invoice
from commerce.billing.payments.collect_invoice import collect_invoice
from commerce.billing.payments.models import Attempt
from commerce.billing.subscriptions.goods import units_to_reserve
from commerce.billing.subscriptions.models import Subscription, SubscriptionPeriod
from commerce.billing.subscriptions.queries import lock_period_of
from commerce.billing.subscriptions.record_period_declined import record_period_declined
from commerce.billing.subscriptions.record_period_paid import record_period_paid
from commerce.fulfilment.interface import services as fulfilment

log = structlog.get_logger(__name__)

# Longer than a charge takes; an unknown one that settles later finds the units or is refunded.
HOLD_STOCK_FOR = timedelta(minutes=30)
# Nobody is charged for what cannot be sent; tomorrow there may be some.
TRY_STOCK_AGAIN_AFTER = timedelta(days=1)

NO_CARD = "no_payment_method"
OUT_OF_STOCK = "out_of_stock"


def collect_period(*, period_id: UUID, now: datetime) -> None:
    """Charge for a period that is due to be collected; any other is let pass.

    May be repeated and run twice at once: while a charge is open no other is made. What it leaves
    undone stands in `collect_at` and in the open attempt, where sweepers find it.
    """
    period = SubscriptionPeriod.objects.select_related(
        "invoice",
        "subscription__order_line",
        "subscription__payment_method",
        "subscription__customer__test_clock",
    ).get(pk=period_id)
    subscription, invoice = period.subscription, period.invoice
    at = subscription.customer.time(now=now)
    if period.collect_at is None or period.collect_at > at:
        return
    if invoice.due_minor == 0:
        _close_without_charge(invoice.id, now=now)
        return
    card = _card_of(subscription)
    if card is None:
        _decline_without_charge(period, now=now)
        return
    if not _set_aside(period, now=now):
        _postpone(period, until=at + TRY_STOCK_AGAIN_AFTER, because=OUT_OF_STOCK)
        return

    if _is_declined(invoice, card, now=now) and subscription.kind == Subscription.Kind.GOODS:
        fulfilment.release_stock(reference=period.reservation_reference)


def _card_of(subscription: Subscription) -> PaymentMethod | None:
    chosen = subscription.payment_method
    if chosen and chosen.removed_at is None:
        return chosen
    return PaymentMethod.objects.filter(customer=subscription.customer_id, is_default=True).first()


def _decline_without_charge(period: SubscriptionPeriod, *, now: datetime) -> None:
    """There is no card to ask: the same as a decline, once for each time it is due."""
    with transaction.atomic(durable=True):
        locked = lock_period_of(period.invoice)
        if locked and locked.collect_at == period.collect_at:
            record_period_declined(invoice=period.invoice, decline_code=NO_CARD, now=now)


def _set_aside(period: SubscriptionPeriod, *, now: datetime) -> bool:
    """Hold what will be delivered; tells whether there is enough of it. Access needs no stock."""
    subscription = period.subscription
    if subscription.kind != Subscription.Kind.GOODS:
        return True
    units = units_to_reserve(subscription)
    if not units:
        return True
    try:
        fulfilment.reserve_stock(
            reference=period.reservation_reference,
            units_by_sku=units,
            expires_at=now + HOLD_STOCK_FOR,
        )
    except fulfilment.OutOfStock:
        return False
    return True


def _is_declined(invoice: Invoice, card: PaymentMethod, *, now: datetime) -> bool:
    attempt = collect_invoice(invoice_id=invoice.id, payment_method=card.provider_id, now=now)
    return attempt is not None and attempt.status == Attempt.Status.DECLINED


def _postpone(period: SubscriptionPeriod, *, until: datetime, because: str) -> None:
    # Only from where it was read: a cancellation or a payment meanwhile stands.
    SubscriptionPeriod.objects.filter(pk=period.pk, collect_at=period.collect_at).update(
        collect_at=until, claimed_until=None, decline_code=because
    )


def _close_without_charge(invoice_id: UUID, *, now: datetime) -> None:
    """Nothing is owed: a free period is delivered, one whose invoice was withdrawn is not."""
    with transaction.atomic(durable=True):
        invoice = Invoice.objects.get(pk=invoice_id)
        period = lock_period_of(invoice)
        invoice = Invoice.objects.select_for_update(no_key=True).get(pk=invoice_id)
        if period is None or period.collect_at is None or invoice.due_minor:
            return
        at = period.subscription.customer.time(now=now)
        if invoice.status == Invoice.Status.OPEN:
            invoice.mark_paid(at=at)
            invoice.save(update_fields=["status", "paid_minor", "paid_at"])
            record_period_paid(invoice=invoice, now=now)
            return
        period.collect_at, period.given_up_at = None, at
        period.save(update_fields=["collect_at", "given_up_at"])
