"""Note that a period is paid: the subscription goes on, and what it promises is delivered."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.interface.messages import SubscriptionRenewedV1
from commerce.billing.invoices.models import Invoice
from commerce.billing.orders.place_renewal_order import place_renewal_order
from commerce.billing.outbox import publish
from commerce.billing.subscriptions import access
from commerce.billing.subscriptions.models import Subscription, SubscriptionPeriod
from commerce.billing.subscriptions.queries import lock_period_of, schedule_of
from commerce.shared.db import requires_transaction

Status = Subscription.Status


@requires_transaction
def record_period_paid(*, invoice: Invoice, now: datetime) -> None:
    """Deliver what the paid invoice of a renewal is for; other invoices are let pass.

    Goods: an order, one for each period. Access: the entitlement is extended. Money that arrives
    after the subscription has ended still pays for its period, which is delivered.
    """
    period = lock_period_of(invoice)
    if period is None or period.paid_at is not None:
        return
    subscription = period.subscription
    at = subscription.customer.time(now=now)

    period.paid_at, period.collect_at = at, None
    if subscription.kind == Subscription.Kind.GOODS:
        period.order = place_renewal_order(period=period, invoice=invoice, at=at, now=now)
    period.save(update_fields=["paid_at", "collect_at", "order"])

    _go_on(subscription, at=at)
    publish(
        SubscriptionRenewedV1(
            subscription_id=subscription.id,
            invoice_id=invoice.id,
            period_start=period.period_start,
            period_end=period.period_end,
            renewed_at=at,
        ),
        occurred_at=at,
    )
    paid_until = max(period.period_end, subscription.current_period_end)
    if subscription.feature and paid_until > at:
        publish(
            access.grant(
                subscription_id=subscription.id,
                holder_id=subscription.customer.holder_id,
                feature=subscription.feature,
                at=at,
                paid_until=paid_until,
            ),
            occurred_at=at,
        )


def _go_on(subscription: Subscription, *, at: datetime) -> None:
    """Make a subscription that was behind active again, once nothing of it is declined any more."""
    if subscription.status == Status.PAST_DUE:
        still_behind = SubscriptionPeriod.objects.filter(
            subscription=subscription, collect_at__isnull=False, declines__gt=0
        )
        if still_behind.exists():
            return
    elif subscription.status == Status.UNPAID:
        # Nothing was delivered meanwhile, so nothing of that time is billed: it goes on with the
        # period that is running now.
        running = schedule_of(subscription).period_containing(
            max(at, subscription.current_period_start)
        )
        subscription.current_period_start = running.start
        subscription.current_period_end = running.end
    else:
        return
    subscription.activate()
    subscription.save(
        update_fields=["status", "current_period_start", "current_period_end", "next_billing_at"]
    )
