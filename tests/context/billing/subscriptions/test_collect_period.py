"""Collecting a period: charged once, whatever the bank, the network or the power does."""

import datetime as dt

import pytest

from commerce.billing.ledger.check_ledger import check_ledger
from commerce.billing.models import (
    Attempt,
    Invoice,
    Order,
    OutboxMessage,
    Subscription,
    SubscriptionPeriod,
)
from commerce.billing.payments.reconcile_payments import reconcile_payments
from commerce.billing.subscriptions.cancel_subscription import cancel_subscription
from commerce.billing.subscriptions.change_payment_method import change_payment_method
from commerce.billing.subscriptions.collect_period import collect_period
from commerce.billing.subscriptions.queries import claim_periods_to_collect
from commerce.billing.subscriptions.run_billing import run_billing
from tests.factories.billing import PaymentMethodFactory, SubscriptionFactory, TaxRateFactory
from tests.fakes.provider import FakeProvider, PowerCut

pytestmark = pytest.mark.django_db

DUE = dt.datetime(2027, 2, 28, tzinfo=dt.UTC)


def days_after(days, minutes=0):
    return DUE + dt.timedelta(days=days, minutes=minutes)


def told(name):
    return [message.payload for message in OutboxMessage.objects.filter(name=name)]


@pytest.fixture(autouse=True)
def rates():
    TaxRateFactory(percent="10")


def due_period(**subscription):
    """A subscription with a card whose next period has just been billed."""
    row = SubscriptionFactory(started_at=dt.datetime(2027, 1, 31, tzinfo=dt.UTC), **subscription)
    PaymentMethodFactory(customer=row.customer)
    run_billing(now=DUE)
    return row.periods.earliest("period_start")


@pytest.fixture
def period(bank):
    return due_period()


class TestACharge:
    def test_pays_the_invoice_with_the_kept_card(self, bank, period):
        collect_period(period_id=period.id, now=DUE)

        period.refresh_from_db()
        (asked,) = bank.asked
        assert (asked.amount.minor, asked.off_session) == (11_00, True)
        assert (
            asked.payment_method == period.subscription.customer.payment_methods.get().provider_id
        )
        assert asked.customer == period.subscription.customer.stripe_customer_id
        assert (period.paid_at, period.collect_at) == (DUE, None)
        assert period.invoice.status == "paid"
        assert check_ledger().is_balanced

    def test_takes_the_card_named_for_the_subscription_before_the_default(self, bank, period):
        other = PaymentMethodFactory(customer=period.subscription.customer, is_default=False)
        change_payment_method(
            subscription_id=period.subscription_id, payment_method_id=other.id, now=DUE
        )

        collect_period(period_id=period.id, now=DUE)

        assert bank.asked[0].payment_method == other.provider_id

    def test_extends_access_until_some_days_after_the_period(self, bank, period, settings):
        settings.BILLING_ACCESS_GRACE_DAYS = 7

        collect_period(period_id=period.id, now=DUE)

        (granted,) = told("fulfilment.grant_entitlement.v1")
        assert granted["reference"] == str(period.subscription_id)
        assert granted["holder_id"] == str(period.subscription.customer.user_id)
        assert granted["valid_until"] == "2027-04-07T00:00:00+00:00"

    def test_is_announced(self, bank, period):
        collect_period(period_id=period.id, now=DUE)

        (renewed,) = told("billing.subscription_renewed.v1")
        assert renewed["subscription_id"] == str(period.subscription_id)
        assert renewed["period_end"] == "2027-03-31T00:00:00+00:00"

    def test_is_made_once_however_often_it_is_asked_for(self, bank, period):
        for _ in range(3):
            collect_period(period_id=period.id, now=DUE)

        assert len(bank.asked) == 1

    def test_is_not_made_before_it_is_due(self, bank, period):
        collect_period(period_id=period.id, now=DUE - dt.timedelta(seconds=1))

        assert bank.asked == []

    def test_is_not_made_after_the_subscription_was_canceled(self, bank, period):
        cancel_subscription(subscription_id=period.subscription_id, at_period_end=False, now=DUE)

        collect_period(period_id=period.id, now=days_after(1))

        assert bank.asked == []

    def test_is_not_made_for_an_invoice_that_was_withdrawn(self, bank, period):
        invoice = period.invoice
        invoice.void(at=DUE)
        invoice.save()

        collect_period(period_id=period.id, now=DUE)

        period.refresh_from_db()
        assert bank.asked == []
        assert (period.paid_at, period.given_up_at) == (None, DUE)

    def test_is_not_made_for_a_period_that_costs_nothing(self, bank):
        period = due_period(unit_price_minor=0)

        collect_period(period_id=period.id, now=DUE)

        period.refresh_from_db()
        assert bank.asked == []
        assert (period.paid_at, period.invoice.status) == (DUE, "paid")
        assert told("fulfilment.grant_entitlement.v1")
        assert check_ledger().is_balanced


class TestAnUnknownAnswer:
    def test_blocks_every_new_attempt_until_the_provider_has_said(self, bank, period):
        bank.answers.append(FakeProvider.UNKNOWN)
        collect_period(period_id=period.id, now=DUE)

        collect_period(period_id=period.id, now=days_after(0, minutes=1))

        period.refresh_from_db()
        assert Attempt.objects.get().status == "unknown"
        assert (period.paid_at, period.collect_at) == (None, DUE)
        assert period.subscription.status == "active"

    def test_becomes_a_paid_period_when_it_is_found_out(self, bank, period):
        bank.answers.append(FakeProvider.UNKNOWN)
        collect_period(period_id=period.id, now=DUE)

        reconcile_payments(now=days_after(0, minutes=10))

        period.refresh_from_db()
        assert period.paid_at is not None
        assert len(bank.taken) == 1


class TestAPowerCut:
    @pytest.mark.parametrize("moment", [FakeProvider.CUT_BEFORE, FakeProvider.CUT_AFTER])
    def test_costs_time_and_never_a_second_charge(self, bank, period, moment):
        bank.answers.append(moment)
        with pytest.raises(PowerCut):
            collect_period(period_id=period.id, now=DUE)

        collect_period(period_id=period.id, now=days_after(0, minutes=1))
        reconcile_payments(now=days_after(0, minutes=2))

        period.refresh_from_db()
        assert period.paid_at is not None
        assert len(bank.taken) == 1
        assert check_ledger().is_balanced

    def test_before_the_attempt_is_stored_leaves_the_period_due(self, bank, period, monkeypatch):
        def cut(**_):
            raise PowerCut

        with monkeypatch.context() as patch:
            patch.setattr("commerce.billing.payments.collect_invoice.start_attempt", cut)
            with pytest.raises(PowerCut):
                collect_period(period_id=period.id, now=DUE)
        assert not Attempt.objects.exists()

        collect_period(period_id=period.id, now=DUE)

        assert len(bank.taken) == 1


class TestDunning:
    @pytest.fixture(autouse=True)
    def schedule(self, settings):
        settings.BILLING_RETRY_DAYS = [3, 5, 7]
        settings.BILLING_AFTER_RETRIES = "canceled"

    def decline_daily(self, bank, period, days=30, code="insufficient_funds"):
        """Let every charge be declined, and give the days on which one was tried."""
        tried = []
        for day in range(days):
            bank.answers.append(code)
            before = len(bank.asked)
            collect_period(period_id=period.id, now=days_after(day))
            if len(bank.asked) > before:
                tried.append(day)
            else:
                bank.answers.pop()
        period.refresh_from_db()
        return tried

    def test_puts_the_subscription_behind_and_the_next_try_on_the_schedule(self, bank, period):
        bank.answers.append("insufficient_funds")

        collect_period(period_id=period.id, now=DUE)

        period.refresh_from_db()
        assert period.subscription.status == "past_due"
        assert (period.declines, period.decline_code) == (1, "insufficient_funds")
        assert period.collect_at == days_after(3)
        (behind,) = told("billing.subscription_past_due.v1")
        assert behind["due"] == {"amount": 11_00, "currency": "USD"}
        assert behind["next_attempt_at"] == "2027-03-03T00:00:00+00:00"

    def test_tries_on_days_3_8_and_15_and_then_ends_the_subscription(self, bank, period):
        assert self.decline_daily(bank, period) == [0, 3, 8, 15]

        assert period.subscription.status == "canceled"
        assert period.subscription.canceled_at == days_after(15)
        (canceled,) = told("billing.subscription_canceled.v1")
        assert canceled["reason"] == "unpaid"

    def test_takes_access_away_on_the_day_it_ends(self, bank, period):
        self.decline_daily(bank, period)

        (revoked,) = told("fulfilment.revoke_entitlement.v1")
        assert revoked["revoked_at"] == "2027-03-15T00:00:00+00:00"

    def test_leaves_it_unpaid_where_that_is_the_setting(self, bank, period, settings):
        settings.BILLING_AFTER_RETRIES = "unpaid"

        self.decline_daily(bank, period)

        assert period.subscription.status == "unpaid"
        assert period.given_up_at == days_after(15)
        assert told("fulfilment.revoke_entitlement.v1")
        assert run_billing(now=days_after(60)).billed == 0

    def test_stops_at_once_when_the_card_is_stolen(self, bank, period):
        assert self.decline_daily(bank, period, code="stolen_card") == [0]

        assert period.subscription.status == "canceled"

    def test_ends_well_when_a_later_try_is_paid(self, bank, period):
        bank.answers.append("insufficient_funds")
        collect_period(period_id=period.id, now=DUE)

        collect_period(period_id=period.id, now=days_after(3))

        period.refresh_from_db()
        assert period.subscription.status == "active"
        assert period.paid_at == days_after(3)
        assert Attempt.objects.count() == 2

    def test_goes_on_while_another_period_is_still_declined(self, bank):
        due_period(interval_unit="week")
        first, *_, last = SubscriptionPeriod.objects.order_by("period_start")
        bank.answers.extend(["insufficient_funds", "insufficient_funds"])
        collect_period(period_id=first.id, now=DUE)
        collect_period(period_id=last.id, now=DUE)

        collect_period(period_id=first.id, now=days_after(3))

        assert Subscription.objects.get().status == "past_due"

    def test_is_not_counted_while_the_answer_is_unknown(self, bank, period):
        bank.answers.append(FakeProvider.UNKNOWN)

        collect_period(period_id=period.id, now=DUE)

        period.refresh_from_db()
        assert (period.declines, period.subscription.status) == (0, "active")

    def test_waits_for_a_card_where_there_is_none(self, bank, period):
        period.subscription.customer.payment_methods.update(is_default=False)

        collect_period(period_id=period.id, now=DUE)

        period.refresh_from_db()
        assert bank.asked == []
        assert (period.decline_code, period.collect_at) == ("no_payment_method", days_after(3))

    def test_charges_a_new_card_at_once(self, bank, period):
        bank.answers.append("insufficient_funds")
        collect_period(period_id=period.id, now=DUE)
        fresh = PaymentMethodFactory(customer=period.subscription.customer, is_default=False)

        change_payment_method(
            subscription_id=period.subscription_id,
            payment_method_id=fresh.id,
            now=days_after(1),
        )
        collect_period(period_id=period.id, now=days_after(1))

        assert Subscription.objects.get().status == "active"
        assert bank.asked[-1].payment_method == fresh.provider_id

    def test_brings_an_unpaid_one_back_from_today_on(self, bank, period, settings):
        settings.BILLING_AFTER_RETRIES = "unpaid"
        self.decline_daily(bank, period)
        fresh = PaymentMethodFactory(customer=period.subscription.customer, is_default=False)
        in_june = dt.datetime(2027, 6, 10, tzinfo=dt.UTC)

        change_payment_method(
            subscription_id=period.subscription_id, payment_method_id=fresh.id, now=in_june
        )
        collect_period(period_id=period.id, now=in_june)

        subscription = Subscription.objects.get()
        assert subscription.status == "active"
        assert subscription.next_billing_at == dt.datetime(2027, 6, 30, tzinfo=dt.UTC)
        assert run_billing(now=in_june).billed == 0


class TestGoods:
    @pytest.fixture
    def delivery(self, bank, warehouse):
        warehouse.stock["COFFEE-1KG"] = 5
        return due_period(goods=True, quantity=2)

    def test_are_ordered_for_each_paid_period(self, bank, delivery):
        collect_period(period_id=delivery.id, now=DUE)

        delivery.refresh_from_db()
        order = delivery.order
        assert (order.status, order.total_minor, order.placed_at) == ("paid", 22_00, DUE)
        assert (order.subscription_id, order.user_id) == (
            delivery.subscription_id,
            delivery.subscription.customer.user_id,
        )
        line = order.lines.get()
        assert (line.sku, line.quantity, line.title) == ("COFFEE-1KG", 2, "Membership")
        assert Invoice.objects.get().lines.get().order_line == line

    def test_are_asked_of_the_warehouse(self, bank, delivery):
        collect_period(period_id=delivery.id, now=DUE)

        (request,) = told("fulfilment.request_fulfilment.v1")
        assert request["reservation_reference"] == f"period:{delivery.id}"
        assert request["ship_to"]["line1"] == "1 Main St"
        assert [(line["sku"], line["quantity"]) for line in request["lines"]] == [("COFFEE-1KG", 2)]

    def test_are_ordered_once_however_often_the_charge_is_reported(self, bank, delivery):
        bank.answers.append(FakeProvider.UNKNOWN)
        collect_period(period_id=delivery.id, now=DUE)

        for minutes in (5, 60, 600):
            reconcile_payments(now=days_after(0, minutes=minutes))
            collect_period(period_id=delivery.id, now=days_after(0, minutes=minutes))

        assert Order.objects.count() == 1

    def test_are_set_aside_before_anybody_is_charged(self, bank, warehouse, delivery):
        bank.answers.append(FakeProvider.UNKNOWN)

        collect_period(period_id=delivery.id, now=DUE)

        (held,) = warehouse.reservations.values()
        assert (held.reference, held.state) == (f"period:{delivery.id}", "held")
        assert held.units_by_sku == {"COFFEE-1KG": 2}

    def test_are_given_back_when_the_bank_says_no(self, bank, warehouse, delivery):
        bank.answers.append("insufficient_funds")

        collect_period(period_id=delivery.id, now=DUE)

        (held,) = warehouse.reservations.values()
        assert held.state == "released"

    def test_are_not_charged_for_while_there_are_none(self, bank, warehouse, delivery):
        warehouse.stock["COFFEE-1KG"] = 1

        collect_period(period_id=delivery.id, now=DUE)

        delivery.refresh_from_db()
        assert bank.asked == []
        assert (delivery.collect_at, delivery.decline_code) == (days_after(1), "out_of_stock")
        warehouse.stock["COFFEE-1KG"] = 2
        collect_period(period_id=delivery.id, now=days_after(1))
        delivery.refresh_from_db()
        assert delivery.paid_at == days_after(1)


class TestClaiming:
    def test_gives_each_due_period_to_one_task(self, bank, period):
        assert claim_periods_to_collect(now=DUE, limit=10) == [period.id]
        assert claim_periods_to_collect(now=DUE, limit=10) == []

    def test_gives_it_again_when_its_task_was_lost(self, bank, period):
        claim_periods_to_collect(now=DUE, limit=10)

        assert claim_periods_to_collect(now=days_after(0, minutes=6), limit=10) == [period.id]

    def test_leaves_a_charge_under_way_to_the_reconciler(self, bank, period):
        bank.answers.append(FakeProvider.UNKNOWN)
        collect_period(period_id=period.id, now=DUE)

        assert claim_periods_to_collect(now=days_after(1), limit=10) == []

    def test_takes_the_longest_due_first_and_no_more_than_asked(self, bank, period):
        later = due_period()
        SubscriptionPeriod.objects.filter(pk=later.pk).update(collect_at=days_after(1))

        assert claim_periods_to_collect(now=days_after(2), limit=1) == [period.id]
