"""Reads of subscriptions: who may see them, what is due, and rows locked in the agreed order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from commerce.billing.customers.models import TestClock
from commerce.billing.invoices.models import Invoice
from commerce.billing.payments.models import Attempt
from commerce.billing.subscriptions.migration import SubscriptionMigration
from commerce.billing.subscriptions.models import Subscription, SubscriptionPeriod
from commerce.billing.subscriptions.periods import Schedule
from commerce.shared.api.actors import Actor
from commerce.shared.db import requires_transaction
from commerce.shared.errors import NotFound

# Staff and servers who see every customer's subscriptions.
READERS: Final = ("finance", "support")
READ: Final = "subscriptions:read"
# Longer than a task waits for its turn and its answer.
COLLECT_LEASE: Final = timedelta(minutes=5)


def visible_to(actor: Actor) -> QuerySet[Subscription]:
    """Start every read from here: customers see their own, and nobody else's exists."""
    if actor.may(roles=READERS, scope=READ):
        return Subscription.objects.all()
    if actor.user_id is None:
        return Subscription.objects.none()
    return Subscription.objects.filter(customer__user_id=actor.user_id)


def find_visible(actor: Actor, subscription_id: UUID) -> Subscription:
    """Give a subscription the caller may see.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = visible_to(actor).filter(pk=subscription_id).first()
    if found is None:
        raise NotFound
    return found


def unfinished_migrations() -> list[UUID]:
    """List migrations to newer terms that are still to be done, the oldest first."""
    running = SubscriptionMigration.objects.filter(status=SubscriptionMigration.Status.RUNNING)
    return list(running.order_by("created_at", "pk").values_list("pk", flat=True))


def schedule_of(subscription: Subscription) -> Schedule:
    return Schedule(
        anchor_date=subscription.anchor_date,
        unit=subscription.interval_unit,
        count=subscription.interval_count,
        zone=subscription.time_zone,
    )


# What is due. Customers on a test clock live at its time, all others now; the two are asked for
# apart, so that each condition can use an index.


def clocks() -> list[UUID | None]:
    """List the clocks that customers live by; None is the real one, for all who have no other."""
    return [None, *TestClock.objects.order_by("pk").values_list("pk", flat=True)]


def due_to_be_billed(*, now: datetime, limit: int, clock_id: UUID | None = None) -> list[UUID]:
    """List subscriptions whose next period begins, the longest due first.

    With `clock_id`: of the customers on that test clock. Rows in another run's hands are left out.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.id FROM billing_subscription s
              {_living_by(clock_id, due="s.next_billing_at")} AND s.billing_failed_at IS NULL
             ORDER BY s.next_billing_at, s.id LIMIT %(limit)s FOR NO KEY UPDATE OF s SKIP LOCKED
            """,  # noqa: S608 - its parts stand in this file
            {"now": now, "clock": clock_id, "limit": limit},
        )
        return [row[0] for row in cursor.fetchall()]


def claim_periods_to_collect(
    *, now: datetime, limit: int, clock_id: UUID | None = None
) -> list[UUID]:
    """Take periods whose charge is due, the longest due first, for tasks that collect them.

    A period with a charge under way is left to whoever watches that; one whose task was lost is
    taken again after the lease.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE billing_subscriptionperiod SET claimed_until = %(lease_until)s
             WHERE id IN (
                SELECT p.id FROM billing_subscriptionperiod p
                  JOIN billing_subscription s ON s.id = p.subscription_id
                  {_living_by(clock_id, due="p.collect_at")}
                   AND (p.claimed_until IS NULL OR p.claimed_until < %(now)s)
                   AND NOT EXISTS (
                       SELECT FROM billing_payment pay
                         JOIN billing_attempt a ON a.payment_id = pay.id AND a.status = ANY(%(open)s)
                        WHERE pay.invoice_id = p.invoice_id)
                 ORDER BY p.collect_at, p.id LIMIT %(limit)s FOR NO KEY UPDATE OF p SKIP LOCKED)
            RETURNING id
            """,  # noqa: S608 - its parts stand in this file
            {
                "now": now,
                "clock": clock_id,
                "limit": limit,
                "lease_until": now + COLLECT_LEASE,
                "open": [status.value for status in Attempt.OPEN],
            },
        )
        return [row[0] for row in cursor.fetchall()]


def _living_by(clock_id: UUID | None, *, due: str) -> str:
    if clock_id is None:
        return f"""JOIN billing_customer c ON c.id = s.customer_id AND c.test_clock_id IS NULL
                  WHERE {due} <= %(now)s"""
    return f"""JOIN billing_customer c ON c.id = s.customer_id AND c.test_clock_id = %(clock)s
               JOIN billing_testclock t ON t.id = c.test_clock_id
              WHERE {due} <= t.now"""


@requires_transaction
def lock_period_of(invoice: Invoice) -> SubscriptionPeriod | None:
    """Lock a renewal's subscription, then its period; None for the invoice of an order."""
    if invoice.subscription_id is None:
        return None
    subscription = (
        Subscription.objects.select_related("customer__test_clock")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=invoice.subscription_id)
    )
    period = SubscriptionPeriod.objects.select_for_update(no_key=True).get(
        subscription=subscription, invoice=invoice
    )
    period.subscription = subscription
    return period
