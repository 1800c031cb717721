"""Subscriptions on terms beyond one price: charges, phases, fees and days of the month."""

import datetime as dt
from decimal import Decimal
from unittest import mock

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commerce.billing.checkout.price_checkout import WantedLine
from commerce.billing.models import Customer, Invoice, Order, Subscription
from commerce.billing.subscriptions import period_prices as pricing
from commerce.billing.subscriptions import renew_subscriptions as renewing
from commerce.billing.subscriptions.collect_period import collect_period
from commerce.billing.subscriptions.renew_subscriptions import Renewed
from commerce.billing.subscriptions.run_billing import run_billing
from commerce.catalog.interface.services import (
    Charge,
    ChargeModel,
    IntervalUnit,
    PlanKind,
    PlanPhase,
    PlanTerms,
    Tier,
)
from commerce.shared.codec import to_plain
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.context.billing.flows import bought, findings, moved
from tests.factories.billing import PaymentMethodFactory, SubscriptionFactory, TaxRateFactory
from tests.golden import cases_of

pytestmark = pytest.mark.django_db

# Everything is bought at noon on 1 March 2027.
SEATS = Charge(
    code="seats",
    title="Seats",
    model=ChargeModel.GRADUATED,
    tiers=(Tier(up_to=Decimal(5), flat_minor=100_00), Tier(unit_minor=Decimal(8_00))),
)
HALF_PRICE_TWICE = PlanPhase(periods=2, title="Intro", percent_off=Decimal(50))


def on(year, month, day):
    return dt.datetime(year, month, day, tzinfo=dt.UTC)


def agreed(price=10_00, **more):
    return PlanTerms(
        **{
            "plan_id": new_id(),
            "code": "team",
            "version": 1,
            "title": "Team",
            "kind": PlanKind.ACCESS,
            "interval_unit": IntervalUnit.MONTH,
            "interval_count": 1,
            "trial_days": 0,
            "feature": "members",
            "price": Money(price, "USD"),
        }
        | more
    )


def subscribed(terms, **more):
    return SubscriptionFactory(
        **{
            "terms": to_plain(terms),
            "unit_price_minor": terms.price.minor,
            "currency": terms.price.currency,
            "started_at": on(2027, 3, 1),
            "periods_billed": 1,
        }
        | more
    )


def a_trial(terms, *, start, ends_at, anchor_date, **more):
    return subscribed(
        terms,
        status="trialing",
        started_at=start,
        anchor_date=anchor_date,
        current_period_start=start.replace(hour=0, minute=0),
        current_period_end=ends_at.replace(hour=0, minute=0),
        trial_ends_at=ends_at,
        next_billing_at=ends_at,
        periods_billed=0,
        **more,
    )


def nets(subscription):
    rows = subscription.invoices.order_by("period_start")
    return list(rows.values_list("net_minor", flat=True))


@pytest.mark.usefixtures("shop")
class TestSigningUp:
    @pytest.fixture(autouse=True)
    def sold(self, catalog):
        catalog.sell_plan(
            "team",
            Money(10_00, "USD"),
            charges=(SEATS,),
            phases=(HALF_PRICE_TWICE,),
            setup_fee_minor=49_00,
        )

    def buy(self, quantity=7):
        line = WantedLine(plan="team", quantity=quantity)
        return bought(line, shipping_address=None, delivery_option="")

    def test_charges_all_that_the_first_period_costs(self, stripe):
        order = self.buy()

        line = order.invoices.get().lines.get()
        assert (line.quantity, line.unit_price_minor, line.charges_minor) == (7, 5_00, 107_00)
        assert [(x["code"], x["amount"]["amount"]) for x in line.charges] == [
            ("seats", 58_00),
            ("setup_fee", 49_00),
        ]
        assert [part["amount"]["amount"] for part in line.charges[0]["parts"]] == [
            *(100_00, 16_00, -58_00),
        ]
        assert moved(stripe) == [7 * 5_00 + 107_00]
        assert findings() == []

    def test_keeps_the_terms_for_later(self):
        self.buy()

        subscription = Subscription.objects.get()
        assert (subscription.unit_price_minor, subscription.periods_billed) == (10_00, 1)
        assert subscription.terms["charges"][0]["code"] == "seats"

    def test_is_followed_by_what_the_terms_say(self, stripe):
        self.buy()
        subscription = Subscription.objects.get()

        for month in (4, 5, 6):
            run_billing(now=on(2027, month, 1))
            collect_period(
                period_id=subscription.periods.latest("period_start").id, now=on(2027, month, 1)
            )

        half, full = 7 * 5_00 + 58_00, 7 * 10_00 + 116_00
        assert nets(subscription) == [half, full, full]
        assert moved(stripe)[1:] == [half, full, full]
        assert findings() == []

    def test_keeps_no_terms_of_a_plain_plan(self, catalog):
        catalog.sell_plan("plain", Money(10_00, "USD"))

        bought(WantedLine(plan="plain", quantity=1), shipping_address=None, delivery_option="")

        assert Subscription.objects.get().terms is None


@pytest.mark.usefixtures("shop")
class TestATrialWithASetupFee:
    def test_asks_for_nothing_before_its_end_and_then_for_the_fee_too(self, catalog, stripe):
        catalog.sell_plan(
            "team", Money(10_00, "USD"), trial_days=14, setup_fee_minor=49_00, charges=(SEATS,)
        )
        order = bought(
            WantedLine(plan="team", quantity=1), shipping_address=None, delivery_option=""
        )
        subscription = Subscription.objects.get()
        assert (order.total_minor, moved(stripe)) == (0, [])

        run_billing(now=subscription.trial_ends_at)
        run_billing(now=on(2027, 4, 15))

        assert nets(subscription) == [159_00, 110_00]


@pytest.mark.usefixtures("shop")
class TestADayOfTheMonth:
    @pytest.fixture(autouse=True)
    def sold(self, catalog):
        catalog.sell_plan("team", Money(31_00, "USD"), anchor_day=10)

    def buy(self):
        return bought(
            WantedLine(plan="team", quantity=2), shipping_address=None, delivery_option=""
        )

    def test_makes_the_first_period_a_short_one(self, stripe):
        order = self.buy()

        subscription = Subscription.objects.get()
        # Nine days of the twenty-eight from 10 February on.
        assert order.total_minor == 2 * 9_96
        assert moved(stripe) == [2 * 9_96]
        assert subscription.current_period_end == on(2027, 3, 10)
        assert subscription.anchor_date == dt.date(2027, 3, 10)

    def test_makes_all_others_whole(self):
        self.buy()
        subscription = Subscription.objects.get()

        run_billing(now=on(2027, 5, 9))

        assert nets(subscription) == [62_00, 62_00]
        assert subscription.periods.latest("period_start").period_end == on(2027, 5, 10)

    def test_is_reckoned_where_the_customer_lives(self, catalog):
        # It is the 10th in Auckland already, and still the 9th in London.
        user_id = new_id()
        Customer.objects.create(
            user_id=user_id,
            email="ada@example.com",
            time_zone="Pacific/Auckland",
            created_at=on(2027, 1, 1),
        )
        catalog.sell_plan("kiwi", Money(31_00, "USD"), anchor_day=2)

        order = bought(
            WantedLine(plan="kiwi", quantity=1),
            shipping_address=None,
            delivery_option="",
            user_id=user_id,
        )

        assert order.total_minor == 31_00
        assert Subscription.objects.get().anchor_date == dt.date(2027, 3, 2)


class TestTheBillingRun:
    @pytest.fixture(autouse=True)
    def rates(self):
        TaxRateFactory(percent="10")

    def test_taxes_charges_like_units(self):
        subscription = subscribed(agreed(charges=(SEATS,)), quantity=6)

        run_billing(now=on(2027, 4, 1))

        invoice = subscription.invoices.get()
        assert (invoice.net_minor, invoice.tax_minor) == (168_00, 16_80)

    def test_tops_a_period_up_to_the_minimum(self):
        subscription = subscribed(agreed(minimum_minor=50_00), quantity=2)

        run_billing(now=on(2027, 4, 1))

        [charge] = subscription.invoices.get().lines.get().charges
        assert (charge["code"], charge["amount"]["amount"]) == ("minimum", 30_00)

    def test_costs_the_same_statements_for_one_and_for_a_hundred(self):
        subscribed(agreed(charges=(SEATS,)))
        one = _statements(on(2027, 4, 1))
        SubscriptionFactory(started_at=on(2027, 4, 1))
        template = Subscription.objects.get(terms__isnull=False)
        Subscription.objects.bulk_create(_copy(template) for _ in range(99))

        hundred = _statements(on(2027, 5, 1))

        assert len(hundred) == len(one) <= 20, "\n".join(hundred)

    def test_sets_aside_who_has_terms_that_cannot_be_priced(self):
        good = subscribed(agreed(charges=(SEATS,)))
        bad = subscribed(agreed(charges=(SEATS,)))
        Subscription.objects.filter(pk=bad.pk).update(terms={"code": "team"})

        renewed = run_billing(now=on(2027, 4, 1))

        assert renewed == Renewed(billed=1, failed=1)
        assert good.periods.count() == 1
        assert "missing" in Subscription.objects.get(pk=bad.pk).billing_failure

    @pytest.mark.parametrize("step", [(pricing, "price_next"), (renewing, "renewal_of")])
    def test_sets_nobody_aside_when_its_own_time_is_over(self, monkeypatch, step):
        subscribed(agreed(charges=(SEATS,)))
        monkeypatch.setattr(*step, mock.Mock(side_effect=SoftTimeLimitExceeded))

        with pytest.raises(SoftTimeLimitExceeded):
            run_billing(now=on(2027, 4, 1))

        assert Subscription.objects.get().billing_failure == ""

    def test_never_bills_a_price_that_was_asked_for_other_terms(self, monkeypatch):
        subscription = subscribed(agreed(price=10_00, charges=(SEATS,)))
        price = renewing.price_next_periods

        def and_then_somebody_changes_them(ids):
            prices = price(ids)
            if Subscription.objects.filter(plan_version=1).exists():
                Subscription.objects.update(
                    plan_version=2, terms=to_plain(agreed(price=20_00, charges=(SEATS,)))
                )
            return prices

        monkeypatch.setattr(renewing, "price_next_periods", and_then_somebody_changes_them)

        first = renewing.renew_subscriptions(ids=[subscription.pk], now=on(2027, 4, 1))
        again = renewing.renew_subscriptions(ids=[subscription.pk], now=on(2027, 4, 1))

        assert (first, again) == (Renewed(), Renewed(billed=1))
        assert nets(subscription) == [120_00]

    def test_delivers_goods_with_all_that_they_cost(self, bank, warehouse):
        warehouse.stock["COFFEE-1KG"] = 3
        subscription = subscribed(
            agreed(price=18_00, charges=(SEATS,)), goods=True, plan_code="coffee"
        )
        PaymentMethodFactory(customer=subscription.customer, is_default=True)

        run_billing(now=on(2027, 4, 1))
        collect_period(period_id=subscription.periods.get().id, now=on(2027, 4, 1))

        order = Order.objects.get()
        assert (order.items_minor, order.lines.get().charges_minor) == (118_00, 100_00)
        assert Invoice.objects.get().status == "paid"


class TestGoldenCases:
    @pytest.fixture(autouse=True)
    def rates(self):
        TaxRateFactory()

    def test_price_steps(self):
        [case] = cases_of("billing", "lifecycle.price_steps")
        first, *later, last = case["given"]["subscription"]["price_steps"]
        steps = [PlanPhase(periods=1, price_minor=x["amount"]) for x in (first, *later)]
        start = dt.datetime.fromisoformat(first["start"])
        subscription = subscribed(
            agreed(last["amount"], phases=tuple(steps)),
            started_at=start,
            current_period_start=start - dt.timedelta(days=1),
            current_period_end=start,
            anchor_date=start.date(),
            periods_billed=0,
        )

        run_billing(now=dt.datetime.fromisoformat(case["when"][0]["at"]))

        assert sum(nets(subscription)) == case["then"]["invoice_total"]
        assert len(nets(subscription)) == case["then"]["lines"]

    def test_the_end_of_a_trial_in_a_month(self):
        [case] = cases_of("billing", "trial.end")
        given = case["given"]["subscription"]
        start = dt.datetime.fromisoformat(given["start"])
        ends_at = start + dt.timedelta(days=given["trial_days"])
        terms = agreed(given["amount"], anchor_day=1)
        subscription = a_trial(terms, start=start, ends_at=ends_at, anchor_date=dt.date(2024, 4, 1))

        counts = []
        for step in case["when"]:
            run_billing(now=dt.datetime.fromisoformat(step["at"]))
            counts.append(subscription.invoices.count())

        assert counts == case["then"]["invoice_counts"]
        assert nets(subscription) == [case["then"]["invoice_fee"]]

    def test_a_trial_up_to_a_day_of_the_month(self):
        [case] = [x for x in cases_of("billing", "proration.leading") if x["id"] == "pro-030"]
        given = case["given"]["subscription"]
        start = dt.datetime.fromisoformat(given["start"])
        ends_at = start + dt.timedelta(days=given["trial_days"])
        subscription = a_trial(
            agreed(given["amount"], anchor_day=given["anchor_day"]),
            start=start,
            ends_at=ends_at,
            anchor_date=dt.date(2012, 3, 3),
        )

        run_billing(now=dt.datetime.fromisoformat(case["when"][0]["at"]))

        periods = subscription.periods.order_by("period_start")
        found = [
            {"amount": net, "start": period.period_start, "end": period.period_end}
            for net, period in zip(nets(subscription), periods, strict=True)
        ]
        assert found == [
            line | {name: dt.datetime.fromisoformat(line[name]) for name in ("start", "end")}
            for line in case["then"]["lines"]
        ]


def _statements(now):
    with CaptureQueriesContext(connection) as captured:
        run_billing(now=now)
    return [query["sql"][:120] for query in captured.captured_queries]


def _copy(row):
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    del values["id"]
    return Subscription(**values)
