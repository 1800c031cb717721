"""The billing run: one open invoice for each period, whatever is repeated, late or broken."""

import datetime as dt
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commerce.billing.ledger.check_ledger import check_ledger
from commerce.billing.models import (
    Invoice,
    OutboxMessage,
    Subscription,
    SubscriptionPeriod,
    Transaction,
)
from commerce.billing.subscriptions.renew_subscriptions import Renewed, renew_subscriptions
from commerce.billing.subscriptions.run_billing import run_billing
from tests.at_once import at_once
from tests.factories.billing import (
    ClockFactory,
    CustomerFactory,
    SubscriptionFactory,
    TaxRateFactory,
)

pytestmark = pytest.mark.django_db


def on(year, month, day, hour=0):
    return dt.datetime(year, month, day, hour, tzinfo=dt.UTC)


def periods_of(subscription):
    rows = subscription.periods.order_by("period_start")
    return [(row.period_start, row.period_end) for row in rows]


def billed():
    """Everything a billing run decides on, without ids and the time it happened to run at."""
    return sorted(
        Invoice.objects.values_list(
            "subscription_id", "period_start", "period_end", "net_minor", "tax_minor", "total_minor"
        )
    )


def on_mars():
    """A subscription whose calendar nobody here knows."""
    subscription = SubscriptionFactory(started_at=on(2027, 1, 31))
    Subscription.objects.filter(pk=subscription.pk).update(time_zone="Mars/Olympus_Mons")
    return subscription


@pytest.fixture(autouse=True)
def rates():
    TaxRateFactory(percent="10")


class TestRunBilling:
    def test_bills_31_january_on_28_february_and_on_31_march(self):
        subscription = SubscriptionFactory(started_at=on(2027, 1, 31))

        run_billing(now=on(2027, 2, 27, 23))
        assert periods_of(subscription) == []
        run_billing(now=on(2027, 2, 28))
        assert periods_of(subscription) == [(on(2027, 2, 28), on(2027, 3, 31))]
        run_billing(now=on(2027, 3, 31))
        assert periods_of(subscription)[1:] == [(on(2027, 3, 31), on(2027, 4, 30))]

    def test_opens_a_numbered_invoice_that_the_ledger_knows(self):
        subscription = SubscriptionFactory(
            started_at=on(2027, 1, 31), unit_price_minor=10_00, quantity=3
        )

        run_billing(now=on(2027, 2, 28, 5))

        invoice = subscription.invoices.get()
        line = invoice.lines.get()
        assert (invoice.status, invoice.number) == ("open", "INV-202702-000001")
        assert (invoice.net_minor, invoice.tax_minor, invoice.total_minor) == (30_00, 3_00, 33_00)
        assert (line.title, line.quantity, line.unit_price_minor) == ("Membership", 3, 10_00)
        assert invoice.finalized_at == on(2027, 2, 28, 5)
        assert Transaction.objects.get().reference == f"invoice_finalized:{invoice.id}"
        assert check_ledger().is_balanced

    def test_leaves_the_period_to_be_collected(self):
        subscription = SubscriptionFactory(started_at=on(2027, 1, 31))

        run_billing(now=on(2027, 2, 28, 5))

        period = subscription.periods.get()
        assert (period.collect_at, period.paid_at) == (on(2027, 2, 28, 5), None)

    def test_moves_the_subscription_on(self):
        subscription = SubscriptionFactory(started_at=on(2027, 1, 31))

        run_billing(now=on(2027, 2, 28))

        subscription = Subscription.objects.get()
        assert subscription.current_period_start == on(2027, 2, 28)
        assert subscription.current_period_end == on(2027, 3, 31)
        assert subscription.next_billing_at == on(2027, 3, 31)

    def test_announces_each_invoice_once(self):
        SubscriptionFactory.create_batch(3, started_at=on(2027, 1, 31))

        run_billing(now=on(2027, 2, 28))

        told = OutboxMessage.objects.filter(name="billing.invoice_finalized.v1")
        assert {message.payload["number"] for message in told} == set(
            Invoice.objects.values_list("number", flat=True)
        )
        assert told.count() == 3

    def test_changes_nothing_when_it_runs_twice_for_the_same_day(self):
        SubscriptionFactory.create_batch(3, started_at=on(2027, 1, 31))
        run_billing(now=on(2027, 2, 28))
        once = billed()

        again = run_billing(now=on(2027, 2, 28))
        later_that_day = run_billing(now=on(2027, 2, 28, 23))

        assert again == later_that_day == Renewed()
        assert billed() == once

    def test_comes_to_the_same_day_by_day_and_once_at_the_end(self):
        last_day = on(2027, 6, 1)
        plans = [("day", 20), ("week", 1), ("month", 1), ("month", 3), ("year", 1)]
        for unit, count in plans:
            SubscriptionFactory(
                started_at=on(2027, 1, 31), interval_unit=unit, interval_count=count
            )
        rows = list(Subscription.objects.order_by("id"))

        day = on(2027, 1, 31)
        while day <= last_day:
            run_billing(now=day)
            day += dt.timedelta(days=1)
        day_by_day = billed()
        SubscriptionPeriod.objects.all().delete()
        Invoice.objects.all().update(subscription=None)
        Subscription.objects.bulk_update(
            rows, ["current_period_start", "current_period_end", "next_billing_at"]
        )
        run_billing(now=last_day)

        once = sorted(
            Invoice.objects.filter(subscription__isnull=False).values_list(
                "subscription_id",
                "period_start",
                "period_end",
                "net_minor",
                "tax_minor",
                "total_minor",
            )
        )
        assert len(once) > len(plans)
        assert once == day_by_day

    def test_catches_up_missed_periods_one_at_a_time(self):
        subscription = SubscriptionFactory(started_at=on(2027, 1, 31))

        first = renew_subscriptions(ids=[subscription.id], now=on(2027, 5, 1))
        renewed = run_billing(now=on(2027, 5, 1))

        assert (first.billed, renewed.billed) == (1, 2)
        assert [start for start, _ in periods_of(subscription)] == [
            on(2027, 2, 28),
            on(2027, 3, 31),
            on(2027, 4, 30),
        ]

    def test_gives_invoice_numbers_without_a_gap(self):
        SubscriptionFactory.create_batch(4, started_at=on(2027, 1, 31))
        on_mars()

        run_billing(now=on(2027, 3, 31))

        numbers = sorted(Invoice.objects.values_list("number", flat=True))
        assert numbers == [f"INV-202703-00000{i}" for i in range(1, 9)]

    def test_leaves_alone_who_is_not_billed(self):
        for status in ("incomplete", "unpaid", "paused", "canceled"):
            SubscriptionFactory(started_at=on(2027, 1, 31), status=status, next_billing_at=None)

        assert run_billing(now=on(2028, 1, 1)) == Renewed()

    def test_goes_on_billing_who_is_past_due(self):
        SubscriptionFactory(started_at=on(2027, 1, 31), status="past_due")

        assert run_billing(now=on(2027, 2, 28)).billed == 1
        assert Subscription.objects.get().status == "past_due"


class TestATrial:
    @pytest.fixture
    def trial(self):
        return SubscriptionFactory(
            status="trialing",
            started_at=on(2027, 1, 17, 15),
            anchor_date=dt.date(2027, 1, 31),
            current_period_start=on(2027, 1, 17),
            current_period_end=on(2027, 1, 31),
            trial_ends_at=on(2027, 1, 31, 15),
            next_billing_at=on(2027, 1, 31, 15),
        )

    def test_is_not_charged_before_its_end(self, trial):
        assert run_billing(now=on(2027, 1, 31, 14)) == Renewed()

    def test_becomes_active_with_its_first_invoice(self, trial):
        run_billing(now=on(2027, 1, 31, 15))

        trial = Subscription.objects.get()
        assert trial.status == "active"
        assert periods_of(trial) == [(on(2027, 1, 31), on(2027, 2, 28))]
        assert trial.next_billing_at == on(2027, 2, 28)

    def test_that_was_canceled_lasts_to_its_end(self, trial):
        Subscription.objects.update(cancel_at_period_end=True)

        assert run_billing(now=on(2027, 2, 1)) == Renewed(ended=1)
        assert Subscription.objects.get().canceled_at == on(2027, 1, 31, 15)


class TestACanceledSubscription:
    def test_ends_exactly_where_its_paid_period_does(self):
        SubscriptionFactory(started_at=on(2027, 1, 31), cancel_at_period_end=True)

        renewed = run_billing(now=on(2027, 3, 2))

        subscription = Subscription.objects.get()
        assert renewed == Renewed(ended=1)
        assert (subscription.status, subscription.canceled_at) == ("canceled", on(2027, 2, 28))
        assert not Invoice.objects.exists()

    def test_loses_access_there(self):
        subscription = SubscriptionFactory(started_at=on(2027, 1, 31), cancel_at_period_end=True)

        run_billing(now=on(2027, 3, 2))

        names = dict(OutboxMessage.objects.values_list("name", "payload"))
        revoked = names["fulfilment.revoke_entitlement.v1"]
        assert revoked["reference"] == str(subscription.id)
        assert revoked["revoked_at"] == "2027-02-28T00:00:00+00:00"
        assert names["billing.subscription_canceled.v1"]["reason"] == "customer"


class TestABadRow:
    def test_never_fails_its_neighbours(self):
        good = SubscriptionFactory.create_batch(3, started_at=on(2027, 1, 31))
        bad = on_mars()

        renewed = run_billing(now=on(2027, 2, 28))

        assert renewed == Renewed(billed=3, failed=1)
        assert all(subscription.periods.count() == 1 for subscription in good)
        assert not bad.periods.exists()

    def test_says_why_and_is_left_alone_until_somebody_has_looked(self):
        SubscriptionFactory(started_at=on(2027, 1, 31), country="AQ")

        run_billing(now=on(2027, 2, 28))
        again = run_billing(now=on(2027, 3, 1))

        subscription = Subscription.objects.get()
        assert "the taxes of AQ are not known here" in subscription.billing_failure
        assert subscription.billing_failed_at == on(2027, 2, 28)
        assert again == Renewed()

    def test_is_found_among_many_when_the_database_refuses_it(self):
        good = SubscriptionFactory.create_batch(6, started_at=on(2027, 1, 31))
        bad = SubscriptionFactory(started_at=on(2027, 1, 31))
        run_billing(now=on(2027, 2, 28))
        # As after a restore of one table: the period is there, the subscription knows nothing of it.
        Subscription.objects.filter(pk=bad.pk).update(
            current_period_start=bad.current_period_start,
            current_period_end=bad.current_period_end,
            next_billing_at=bad.next_billing_at,
        )

        renewed = run_billing(now=on(2027, 3, 31))

        bad.refresh_from_db()
        assert (renewed.billed, renewed.failed) == (6, 1)
        assert "billing_subscriptionperiod_once" in bad.billing_failure
        assert all(subscription.periods.count() == 2 for subscription in good)
        assert bad.periods.count() == 1
        assert max(Invoice.objects.values_list("number", flat=True)).endswith("000013")


class TestABatch:
    def test_costs_the_same_statements_for_one_and_for_a_thousand(self):
        SubscriptionFactory(started_at=on(2027, 1, 31))
        one = _statements_of_a_run(on(2027, 2, 28))
        template = Subscription.objects.get()
        many = [_copy(template) for _ in range(999)]
        Subscription.objects.bulk_create(many)

        thousand = _statements_of_a_run(on(2027, 3, 31))

        assert SubscriptionPeriod.objects.count() == 1 + 1_000
        assert len(thousand) == len(one) <= 20, "\n".join(thousand)


class TestTwoRunsAtOnce:
    @pytest.mark.django_db(transaction=True)
    def test_bill_nobody_twice(self):
        SubscriptionFactory.create_batch(40, started_at=on(2027, 1, 31))
        ids = list(Subscription.objects.values_list("id", flat=True))
        batches = [ids[i : i + 5] for i in range(0, 40, 5)]

        outcomes = at_once(
            [
                partial(renew_subscriptions, ids=batch, now=on(2027, 2, 28))
                for _ in range(4)
                for batch in batches
            ]
        )
        run_billing(now=on(2027, 2, 28))

        assert outcomes == {"done": 32}
        assert SubscriptionPeriod.objects.count() == Invoice.objects.count() == 40
        assert not Subscription.objects.filter(billing_failed_at__isnull=False).exists()


class TestACustomerOnATestClock:
    def test_is_billed_at_the_clocks_time_and_nobody_else_is(self):
        clock = ClockFactory(now=on(2027, 2, 28, 3))
        clocked = SubscriptionFactory(
            customer=CustomerFactory(test_clock=clock), started_at=on(2027, 1, 31)
        )
        SubscriptionFactory(started_at=on(2027, 1, 31))

        renewed = run_billing(now=on(2027, 2, 1))

        assert renewed.billed == 1
        assert clocked.invoices.get().created_at == on(2027, 2, 28, 3)

    def test_is_left_alone_while_the_clock_stands_still(self):
        clock = ClockFactory(now=on(2027, 2, 1))
        SubscriptionFactory(customer=CustomerFactory(test_clock=clock), started_at=on(2027, 1, 31))

        assert run_billing(now=on(2028, 1, 1)) == Renewed()


def _statements_of_a_run(now):
    with CaptureQueriesContext(connection) as captured:
        run_billing(now=now)
    return [query["sql"][:120] for query in captured.captured_queries]


def _copy(row):
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    del values["id"]
    return Subscription(**values)
