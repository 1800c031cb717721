"""Charge a subscription to another card, and what is overdue at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.customers.models import PaymentMethod
from commerce.billing.invoices.models import Invoice
from commerce.billing.subscriptions.models import Subscription, SubscriptionPeriod
from commerce.shared.errors import Conflict, NotFound

Status = Subscription.Status


class SubscriptionEnded(Conflict):
    """It has ended; there is nothing more to be charged."""

    code = "subscription_ended"


def change_payment_method(
    *, subscription_id: UUID, payment_method_id: UUID | None, now: datetime
) -> Subscription:
    """Name the card to be charged from now on; None: the customer's default.

    Periods whose charge was declined are due again at once, also those that were given up while
    the subscription is unpaid: the customer has just said how they will be paid.

    Raises:
        NotFound: the card is not this customer's, or was removed.
        SubscriptionEnded: it has ended.
    """
    with transaction.atomic(durable=True):
        subscription = (
            Subscription.objects.select_related("customer__test_clock")
            .select_for_update(of=("self",), no_key=True)
            .get(pk=subscription_id)
        )
        if subscription.status == Status.CANCELED:
            raise SubscriptionEnded
        subscription.payment_method = _card(subscription, payment_method_id)
        subscription.save(update_fields=["payment_method"])
        if subscription.status in (Status.PAST_DUE, Status.UNPAID):
            SubscriptionPeriod.objects.filter(
                subscription=subscription, paid_at__isnull=True, invoice__status=Invoice.Status.OPEN
            ).update(
                collect_at=subscription.customer.time(now=now), claimed_until=None, given_up_at=None
            )
    return subscription


def _card(subscription: Subscription, payment_method_id: UUID | None) -> PaymentMethod | None:
    if payment_method_id is None:
        return None
    card = PaymentMethod.objects.filter(
        pk=payment_method_id, customer_id=subscription.customer_id, removed_at__isnull=True
    ).first()
    if card is None:
        raise NotFound
    return card
