"""Starting subscriptions: one for each plan line of a paid order, from the customer's own midnight."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import transaction

from commerce.billing.models import (
    Invoice,
    Order,
    OrderLine,
    OutboxMessage,
    Payment,
    Subscription,
)
from commerce.billing.subscriptions.run_billing import run_billing
from commerce.billing.subscriptions.start_subscriptions_of import start_subscriptions_of
from commerce.catalog.interface.services import IntervalUnit, PlanKind, PlanTerms
from commerce.shared.codec import to_plain
from tests.factories.billing import (
    ClockFactory,
    CustomerFactory,
    PaymentMethodFactory,
    TaxRateFactory,
)

pytestmark = pytest.mark.django_db

# Four in the afternoon in Los Angeles, and already tomorrow in Europe.
EVENING = dt.datetime(2027, 2, 1, 0, 30, tzinfo=dt.UTC)
MEMBERSHIP = PlanTerms(
    plan_id=uuid4(),
    code="membership-monthly",
    version=3,
    title="Membership",
    kind=PlanKind.ACCESS,
    interval_unit=IntervalUnit.MONTH,
    interval_count=1,
    trial_days=0,
    feature="members",
)
COFFEE = PlanTerms(
    plan_id=uuid4(),
    code="coffee-monthly",
    version=1,
    title="Coffee, monthly",
    kind=PlanKind.GOODS,
    interval_unit=IntervalUnit.MONTH,
    interval_count=1,
    trial_days=0,
    sku="COFFEE-1KG",
)
PORTLAND = {"name": "Ada L.", "line1": "1 Main St", "city": "Portland", "country": "US"}


def on(year, month, day, hour=0, minute=0):
    return dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)


def paid_order(*plans, customer=None, quantity=1):
    """An order of plan lines at 10 dollars each, with the invoice that was paid for it."""
    customer = customer or CustomerFactory(time_zone="America/Los_Angeles")
    total = 10_00 * quantity * len(plans)
    order = Order.objects.create(
        customer=customer,
        user_id=customer.user_id,
        email=customer.email,
        shipping_address=PORTLAND,
        delivery_option="standard",
        currency="USD",
        items_minor=total,
        discount_minor=0,
        delivery_minor=0,
        tax_minor=0,
        total_minor=total,
        placed_at=EVENING,
    )
    for position, terms in enumerate(plans):
        OrderLine.objects.create(
            order=order,
            position=position,
            sku=terms.sku,
            plan=terms.code,
            plan_terms=to_plain(terms),
            title=terms.title,
            quantity=quantity,
            unit_price_minor=10_00,
            discount_minor=0,
            tax_category="general",
            tax_percent=0,
            tax_minor=0,
            total_minor=10_00 * quantity,
            currency="USD",
            requires_shipping=terms.kind == PlanKind.GOODS,
        )
    Invoice.objects.create(
        order=order,
        customer=customer,
        user_id=customer.user_id,
        email=customer.email,
        number=f"INV-{order.number}",
        status="paid",
        country="US",
        currency="USD",
        net_minor=total,
        tax_minor=0,
        total_minor=total,
        paid_minor=total,
        created_at=EVENING,
    )
    return order


def start(order, *, now=EVENING):
    with transaction.atomic():
        return start_subscriptions_of(order=order, now=now)


def told(name):
    return [message.payload for message in OutboxMessage.objects.filter(name=name)]


class TestStarting:
    def test_begins_the_first_period_at_the_customers_midnight(self):
        (subscription,) = start(paid_order(MEMBERSHIP))

        # It is still 31 January in Los Angeles.
        assert subscription.anchor_date == dt.date(2027, 1, 31)
        assert subscription.current_period_start == on(2027, 1, 31, 8)
        assert subscription.current_period_end == on(2027, 2, 28, 8)
        assert subscription.next_billing_at == on(2027, 2, 28, 8)
        assert (subscription.status, subscription.started_at) == ("active", EVENING)

    def test_counts_the_orders_invoice_as_payment_of_the_first_period(self):
        order = paid_order(MEMBERSHIP)

        (subscription,) = start(order)

        period = subscription.periods.get()
        assert (period.period_start, period.period_end) == (on(2027, 1, 31, 8), on(2027, 2, 28, 8))
        assert (period.invoice, period.paid_at) == (order.invoices.get(), EVENING)

    def test_keeps_the_terms_that_were_sold(self):
        (subscription,) = start(paid_order(MEMBERSHIP, quantity=2))

        assert (subscription.plan_code, subscription.plan_version) == ("membership-monthly", 3)
        assert (subscription.unit_price_minor, subscription.quantity) == (10_00, 2)
        assert (subscription.feature, subscription.country) == ("members", "US")

    def test_grants_access_from_now_until_some_days_after_the_period(self, settings):
        settings.BILLING_ACCESS_GRACE_DAYS = 7
        (subscription,) = start(paid_order(MEMBERSHIP))

        (granted,) = told("fulfilment.grant_entitlement.v1")
        assert granted["reference"] == str(subscription.id)
        assert granted["holder_id"] == str(subscription.customer.user_id)
        assert granted["feature"] == "members"
        assert granted["valid_from"] == "2027-02-01T00:30:00+00:00"
        assert granted["valid_until"] == "2027-03-07T08:00:00+00:00"

    def test_remembers_where_goods_go_and_which_order_delivers_first(self):
        order = paid_order(COFFEE)

        (subscription,) = start(order)

        assert (subscription.sku, subscription.shipping_address) == ("COFFEE-1KG", PORTLAND)
        assert subscription.periods.get().order == order
        assert told("fulfilment.grant_entitlement.v1") == []

    def test_starts_one_for_each_line_and_none_twice(self):
        order = paid_order(MEMBERSHIP, COFFEE)

        assert len(start(order)) == 2
        assert start(order) == []
        assert Subscription.objects.count() == 2
        assert len(told("billing.subscription_started.v1")) == 2

    def test_charges_later_periods_to_the_card_that_was_used(self):
        order = paid_order(MEMBERSHIP)
        card = PaymentMethodFactory(customer=order.customer)
        payment = Payment.objects.create(
            invoice=order.invoices.get(),
            order=order,
            amount_minor=10_00,
            currency="USD",
            created_at=EVENING,
        )
        payment.attempts.create(
            attempt_no=1,
            status="succeeded",
            amount_minor=10_00,
            currency="USD",
            payment_method=card.provider_id,
            off_session=False,
            created_at=EVENING,
            finished_at=EVENING,
        )

        (subscription,) = start(order)

        assert subscription.payment_method == card

    def test_lives_by_the_customers_test_clock(self):
        clock = ClockFactory(now=on(2028, 2, 29, 12))
        customer = CustomerFactory(test_clock=clock)

        (subscription,) = start(paid_order(MEMBERSHIP, customer=customer))

        assert subscription.started_at == on(2028, 2, 29, 12)
        assert subscription.current_period_end == on(2028, 3, 29)


class TestATrial:
    @pytest.fixture
    def trial(self):
        TaxRateFactory()
        terms = to_plain(MEMBERSHIP) | {"trial_days": 14}
        order = paid_order(MEMBERSHIP)
        order.lines.update(plan_terms=terms)
        (subscription,) = start(order)
        return subscription

    def test_lasts_to_the_same_time_of_day(self, trial):
        assert trial.status == "trialing"
        assert trial.trial_ends_at == on(2027, 2, 15, 0, 30)
        assert trial.next_billing_at == trial.trial_ends_at

    def test_is_not_a_paid_period(self, trial):
        assert not trial.periods.exists()

    def test_is_followed_by_the_first_paid_period(self, trial):
        run_billing(now=trial.trial_ends_at)

        # The trial ended on 14 February in Los Angeles, so the 14th is the day that is kept.
        period = trial.periods.get()
        assert (period.period_start, period.period_end) == (on(2027, 2, 14, 8), on(2027, 3, 14, 8))

    def test_already_gives_access(self, trial):
        (granted,) = told("fulfilment.grant_entitlement.v1")

        assert granted["valid_until"] == "2027-02-22T00:30:00+00:00"
