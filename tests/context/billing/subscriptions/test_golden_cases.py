"""Golden cases of a subscription's life: billed once, tried again, given up, free for a while.

Calendars have their own module (tests/unit/billing/subscriptions/test_golden_cases.py). Areas that
wait for what is not built yet, or that we decide otherwise, are named below with the reason.
"""

import datetime as dt
from typing import Any

import pytest

from commerce.billing.models import Attempt, Invoice, OutboxMessage, Subscription
from commerce.billing.subscriptions.collect_period import collect_period
from commerce.billing.subscriptions.run_billing import run_billing
from tests.factories.billing import PaymentMethodFactory, SubscriptionFactory, TaxRateFactory
from tests.golden import cases_of, every_area

pytestmark = pytest.mark.django_db

FAMILIES = ("dunning.", "entitlement.", "lifecycle.", "physical.", "proration.", "trial.")
CHANGES = "changing a subscription's plan, quantity or anchor, and its proration, comes with change_subscription"
PAUSES = "pausing, and account credit for time not used, come with pause_subscription"
SKIPS = "skipping, pausing and notice periods of deliveries come with their own use cases"
CALENDAR = "plans billed by the calendar, with a shorter first period, come with proration"

NOT_CARRIED = {
    "dunning.bounds": "retries are on fixed days that the operator sets; no model picks the hour",
    "dunning.multi_currency": "each invoice has its own schedule; campaigns over a customer's debts are not offered",
    "entitlement.limit": "limits on spending come with metering and holds",
    "entitlement.upgrade_credit_abuse": CHANGES,
    "lifecycle.block_for_nonpayment": PAUSES,
    "lifecycle.fixed_term": "plans with an end are not offered: a subscription goes on until it is canceled",
    "lifecycle.pause_resume": PAUSES,
    "physical.cancel": SKIPS,
    "physical.pause": SKIPS,
    "physical.payment_failed": "decided otherwise: a subscription with a declined charge is past_due here, as at Stripe",
    "physical.skip": SKIPS,
    "proration.anchor_change": CHANGES,
    "proration.both_ends": CALENDAR,
    "proration.cancel": PAUSES,
    "proration.discount": CHANGES,
    "proration.fixed_month": "months of thirty days are not offered: a period has the days it has",
    "proration.leap_year": CALENDAR,
    "proration.many_changes": CHANGES,
    "proration.plan_change": CHANGES,
    "proration.quantity": CHANGES,
    "proration.quarterly": CHANGES,
    "proration.time_zone": CALENDAR,
    "trial.discount": "discounts that last for some periods come with promotions on plans",
    "trial.plan_change": CHANGES,
}
# Plans with charges, phases and days of the month have modules of their own.
CARRIED_ELSEWHERE = {
    "lifecycle.price_steps": "test_terms.py",
    "proration.annual": "tests/unit/catalog/plans/test_anchors.py",
    "proration.annual_leap": "tests/unit/catalog/plans/test_anchors.py, its first share",
    "proration.leading": "test_terms.py, tests/unit/catalog/plans/test_golden_prices.py",
    "trial.end": "test_terms.py",
}
CARRIED = (
    "dunning.access_grace",
    "dunning.schedule",
    "lifecycle.no_double_invoice",
    "lifecycle.zero_amount",
    "trial.free_then_paid",
)

Case = dict[str, Any]


def case_ids(*areas):
    return [pytest.param(case, id=case["id"]) for case in cases_of("billing", *areas)]


def instant(text):
    return dt.datetime.fromisoformat(text)


def subscribed(given: Case, **more):
    TaxRateFactory()
    subscription = SubscriptionFactory(
        started_at=instant(given["start"]), unit_price_minor=given["amount"], **more
    )
    PaymentMethodFactory(customer=subscription.customer)
    return subscription


def told(name):
    return list(OutboxMessage.objects.filter(name=name).values_list("payload", flat=True))


def test_every_area_is_carried_or_has_a_reason():
    areas = {area for area in every_area("billing") if area.startswith(FAMILIES)}

    assert areas == set(CARRIED) | set(CARRIED_ELSEWHERE) | set(NOT_CARRIED)


class TestDunning:
    @pytest.fixture
    def decline_every_charge(self, bank, settings):
        """Pay one period, decline every charge of the next, and give that period."""
        settings.BILLING_AFTER_RETRIES = "canceled"
        subscription = subscribed({"start": "2027-01-01T00:00:00+00:00", "amount": 10_00})
        first_day = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)

        def decline(delays_days):
            settings.BILLING_RETRY_DAYS = delays_days
            run_billing(now=first_day - dt.timedelta(days=28))
            collect_period(
                period_id=subscription.periods.get().id, now=first_day - dt.timedelta(days=28)
            )
            run_billing(now=first_day)
            period = subscription.periods.latest("period_start")
            bank.answers.extend(["insufficient_funds"] * 20)
            states = set()
            for day in range(60):
                collect_period(period_id=period.id, now=first_day + dt.timedelta(days=day))
                states.add(Subscription.objects.get().status)
            tried = Attempt.objects.filter(status="declined").order_by("attempt_no")
            return [(attempt.finished_at - first_day).days for attempt in tried], states, first_day

        return decline

    @pytest.mark.parametrize("case", case_ids("dunning.schedule"))
    def test_tries_again_on_the_days_of_the_schedule(self, case, decline_every_charge):
        days, states, _ = decline_every_charge(case["given"]["schedule"]["delays_days"])

        assert days[1:] == case["then"]["retry_days"]
        assert case["then"].get("state_while_retrying", "past_due") in states
        assert Subscription.objects.get().status == case["then"].get("final_state", "canceled")

    @pytest.mark.parametrize("case", case_ids("dunning.access_grace"))
    def test_ends_access_with_the_grace(self, case, decline_every_charge, settings):
        settings.BILLING_ACCESS_GRACE_DAYS = case["given"]["access_grace_days"]

        _, _, first_day = decline_every_charge(case["given"]["schedule"]["delays_days"])

        granted_until = instant(told("fulfilment.grant_entitlement.v1")[-1]["valid_until"])
        revoked_at = instant(told("fulfilment.revoke_entitlement.v1")[-1]["revoked_at"])
        ends_at = min(granted_until, revoked_at)
        assert (ends_at - first_day).days == case["then"]["access_ends_day"]


@pytest.mark.parametrize("case", case_ids("lifecycle.no_double_invoice"))
class TestBillingTwice:
    def test_makes_no_second_invoice(self, case):
        subscribed(case["given"]["subscription"])
        runs = [instant(step["at"]) for step in case["when"]]
        run_billing(now=runs[0] - dt.timedelta(days=1))

        deltas = [run_billing(now=at).billed for at in runs]

        assert deltas == case["then"]["invoice_count_deltas"]


@pytest.mark.parametrize("case", case_ids("lifecycle.zero_amount"))
class TestAFreePlan:
    def test_is_invoiced_and_never_charged(self, case, bank):
        # The first period is the order's, so the case's first invoice is that of the next one.
        subscription = subscribed(case["given"]["subscription"])
        run_billing(now=subscription.next_billing_at)
        collect_period(period_id=subscription.periods.get().id, now=subscription.next_billing_at)

        invoice = Invoice.objects.get()
        assert [invoice.total_minor] == case["then"]["invoice_totals"]
        assert invoice.lines.count() == case["then"]["lines"]
        assert len(bank.asked) == case["then"]["payments"]
        assert invoice.status == "paid"


@pytest.mark.parametrize("case", case_ids("trial.free_then_paid"))
class TestATrial:
    def test_is_followed_by_whole_paid_periods(self, case):
        given = case["given"]["subscription"]
        start = instant(given["start"])
        ends_at = start + dt.timedelta(days=given["trial_days"])
        subscription = subscribed(
            given,
            status="trialing",
            anchor_date=ends_at.date(),
            current_period_start=start,
            current_period_end=ends_at,
            trial_ends_at=ends_at,
            next_billing_at=ends_at,
        )

        totals = []
        for step in case["when"]:
            run_billing(now=instant(step["at"]))
            totals.append(sum(subscription.invoices.values_list("total_minor", flat=True)))

        assert totals == case["then"]["invoice_totals"]
        periods = [
            {"start": period.period_start, "end": period.period_end}
            for period in subscription.periods.all()
        ]
        assert periods == [
            {name: instant(at) for name, at in wanted.items()} for wanted in case["then"]["periods"]
        ]
