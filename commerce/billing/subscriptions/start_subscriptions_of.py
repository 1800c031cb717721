"""Start the subscriptions an order has paid for: one for each line that names a plan."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from commerce.billing.customers.models import Customer, PaymentMethod
from commerce.billing.interface.messages import SubscriptionStartedV1
from commerce.billing.invoices.models import Invoice
from commerce.billing.orders.models import Order, OrderLine
from commerce.billing.outbox import publish
from commerce.billing.payments.models import Attempt
from commerce.billing.subscriptions import access
from commerce.billing.subscriptions.models import Subscription, SubscriptionPeriod
from commerce.billing.subscriptions.period_prices import needs_catalog
from commerce.billing.subscriptions.periods import (
    Period,
    Schedule,
    days_later,
    first_anchor,
    midnight,
)
from commerce.catalog.interface.services import PlanTerms
from commerce.shared.codec import from_plain
from commerce.shared.db import requires_transaction


@requires_transaction
def start_subscriptions_of(
    *, order: Order, kept_card: PaymentMethod | None = None, now: datetime
) -> list[Subscription]:
    """Start what the order's plan lines promise; the order's invoice has paid the first period.

    The first delivery of goods is the order itself. A trial is charged for the first time when it
    ends, to `kept_card`. Calling it again starts nothing: each line starts one subscription.
    """
    lines = list(order.lines.filter(plan_terms__isnull=False, subscription__isnull=True))
    if not lines:
        return []
    invoice = order.invoices.select_related("customer__test_clock").get()
    if invoice.customer is None:
        raise ValueError(f"order {order.number} has a plan line and nobody to bill it to")

    card = kept_card or _card_charged_for(order)
    return [
        _start(line, order=order, invoice=invoice, customer=invoice.customer, card=card, now=now)
        for line in lines
    ]


def _start(
    line: OrderLine,
    *,
    order: Order,
    invoice: Invoice,
    customer: Customer,
    card: PaymentMethod | None,
    now: datetime,
) -> Subscription:
    terms = from_plain(PlanTerms, line.plan_terms)
    at, zone = customer.time(now=now), customer.time_zone
    trial_ends_at = days_later(at, days=terms.trial_days, zone=zone) if terms.trial_days else None
    # A short first period was charged for the days from the order on; the money may be late.
    began_at = order.placed_at if terms.anchor_day else at
    paid_from = (trial_ends_at or began_at).astimezone(ZoneInfo(zone)).date()
    anchor_date = _anchor_of(terms, paid_from)
    if trial_ends_at:
        first_day = at.astimezone(ZoneInfo(zone)).date()
        period = Period(start=midnight(first_day, zone), end=midnight(paid_from, zone))
    else:
        period = _first_period(terms, anchor_date, paid_from=paid_from, at=at, zone=zone)

    subscription = Subscription(
        customer=customer,
        order_line=line,
        payment_method=card,
        plan_id=terms.plan_id,
        plan_code=terms.code,
        plan_version=terms.version,
        title=line.title,
        kind=terms.kind,
        sku=terms.sku,
        feature=terms.feature,
        tax_category=line.tax_category,
        needs_approval=line.needs_approval,
        interval_unit=terms.interval_unit,
        interval_count=terms.interval_count,
        unit_price_minor=terms.price.minor if terms.price else line.unit_price_minor,
        terms=line.plan_terms if needs_catalog(terms) else None,
        prices_include_tax=line.prices_include_tax,
        currency=line.currency,
        quantity=line.quantity,
        shipping_address=order.shipping_address,
        delivery_option=order.delivery_option,
        country=invoice.country,
        time_zone=zone,
        anchor_date=anchor_date,
        current_period_start=period.start,
        current_period_end=period.end,
        periods_billed=0 if trial_ends_at else 1,
        started_at=at,
        trial_ends_at=trial_ends_at,
    )
    if trial_ends_at:
        subscription.start_trial()
    else:
        subscription.activate()
    subscription.save(force_insert=True)
    if not trial_ends_at:
        SubscriptionPeriod.objects.create(
            subscription=subscription,
            period_start=period.start,
            period_end=period.end,
            invoice=invoice,
            order=order if subscription.kind == Subscription.Kind.GOODS else None,
            paid_at=at,
        )
    _tell(subscription, customer, at=at)
    return subscription


def _anchor_of(terms: PlanTerms, paid_from: date) -> date:
    if terms.anchor_day is None:
        return paid_from
    return first_anchor(
        paid_from,
        anchor_day=terms.anchor_day,
        unit=terms.interval_unit,
        count=terms.interval_count,
    )


def _first_period(
    terms: PlanTerms, anchor_date: date, *, paid_from: date, at: datetime, zone: str
) -> Period:
    """A whole period, or the days up to the day of the month on which the plan is billed."""
    if paid_from < anchor_date:
        return Period(start=midnight(paid_from, zone), end=midnight(anchor_date, zone))
    schedule = Schedule(
        anchor_date=anchor_date, unit=terms.interval_unit, count=terms.interval_count, zone=zone
    )
    return schedule.period_containing(at)


def _tell(subscription: Subscription, customer: Customer, *, at: datetime) -> None:
    publish(
        SubscriptionStartedV1(
            subscription_id=subscription.id,
            customer_id=customer.id,
            plan=subscription.plan_code,
            status=subscription.status,
            current_period_end=subscription.current_period_end,
            started_at=at,
        ),
        occurred_at=at,
    )
    if subscription.feature:
        publish(
            access.grant(
                subscription_id=subscription.id,
                holder_id=customer.holder_id,
                feature=subscription.feature,
                at=at,
                paid_until=subscription.trial_ends_at or subscription.current_period_end,
            ),
            occurred_at=at,
        )


def _card_charged_for(order: Order) -> PaymentMethod | None:
    """Find the saved card the order was paid with; a later charge takes the same one."""
    attempt = (
        Attempt.objects.filter(payment__order=order, status=Attempt.Status.SUCCEEDED)
        .order_by("-finished_at")
        .first()
    )
    if attempt is None:
        return None
    return PaymentMethod.objects.filter(
        provider_id=attempt.payment_method, removed_at__isnull=True
    ).first()
