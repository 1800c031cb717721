"""A plan from checkout on: bought once, the card kept, renewed while the customer is away."""

import datetime as dt

import pytest

from commerce.billing.checkout.errors import ShippingAddressRequired
from commerce.billing.checkout.price_checkout import WantedLine
from commerce.billing.models import Customer, Order, PaymentMethod, Subscription
from commerce.billing.subscriptions.collect_period import collect_period
from commerce.billing.subscriptions.queries import claim_periods_to_collect
from commerce.billing.subscriptions.run_billing import run_billing
from commerce.catalog.interface.services import Grant, PlanKind
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.context.billing.flows import HOME, bought, findings, moved, ship, told
from tests.fakes.catalog import part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]

# Everything is bought at noon on 1 March 2027.
FIRST_OF_APRIL = dt.datetime(2027, 4, 1, tzinfo=dt.UTC)


def plan(code):
    return WantedLine(plan=code, quantity=1)


def let_the_clock_ring(now):
    run_billing(now=now)
    for period_id in claim_periods_to_collect(now=now, limit=10):
        collect_period(period_id=period_id, now=now)


class TestAMembership:
    @pytest.fixture(autouse=True)
    def sold(self, catalog):
        catalog.sell_plan("members", Money(10_00, "USD"))

    def test_starts_with_the_paid_order(self):
        order = bought(plan("members"), shipping_address=None, delivery_option="")

        subscription = Subscription.objects.get()
        assert (order.status, subscription.status) == ("fulfilled", "active")
        assert subscription.order_line == order.lines.get()
        assert subscription.current_period_end == FIRST_OF_APRIL

    def test_charges_the_same_card_a_month_later(self, stripe):
        bought(plan("members"), shipping_address=None, delivery_option="")

        let_the_clock_ring(FIRST_OF_APRIL)

        subscription = Subscription.objects.get()
        assert subscription.payment_method == PaymentMethod.objects.get()
        assert moved(stripe) == [10_00, 10_00]
        assert [period.paid_at is not None for period in subscription.periods.all()] == [True] * 2
        assert len(told("fulfilment.grant_entitlement.v1")) == 2
        assert findings() == []

    def test_makes_a_guest_a_customer(self):
        bought(plan("members"), shipping_address=None, delivery_option="")

        customer = Customer.objects.get()
        assert (customer.user_id, customer.email) == (None, "ada@example.com")
        (granted,) = told("fulfilment.grant_entitlement.v1")
        assert granted["holder_id"] == str(customer.id)

    def test_on_trial_charges_the_kept_card_when_the_trial_is_over(self, catalog, stripe):
        catalog.sell_plan("try-it", Money(10_00, "USD"), trial_days=14)
        bought(plan("try-it"), shipping_address=None, delivery_option="")
        subscription = Subscription.objects.get()
        assert (subscription.status, moved(stripe)) == ("trialing", [])

        let_the_clock_ring(subscription.trial_ends_at)

        assert moved(stripe) == [10_00]
        assert Subscription.objects.get().status == "active"
        assert findings() == []


class TestCoffee:
    @pytest.fixture(autouse=True)
    def sold(self, catalog, fulfilment):
        catalog.sell_plan(
            "coffee", Money(18_00, "USD"), kind=PlanKind.GOODS, sku="beans", feature=None
        )
        fulfilment.stock["beans"] = 5

    def test_is_ordered_and_shipped_for_each_period(self, stripe):
        first = bought(plan("coffee"))
        let_the_clock_ring(FIRST_OF_APRIL)

        renewal = Order.objects.exclude(pk=first.pk).get()
        assert (renewal.status, renewal.total_minor) == ("paid", 18_00)
        assert renewal.shipping_address == Order.objects.get(pk=first.pk).shipping_address
        requested = [request["order_id"] for request in told("fulfilment.request_fulfilment.v1")]
        assert requested == [str(first.id), str(renewal.id)]
        # The first charge has the delivery of the first order; a renewal's is in the plan's price.
        assert moved(stripe) == [18_00 + 5_99, 18_00]
        assert findings() == []

    def test_earns_its_price_when_it_is_shipped(self, stripe):
        first = bought(plan("coffee"))
        let_the_clock_ring(FIRST_OF_APRIL)
        renewal = Order.objects.exclude(pk=first.pk).get()

        ship(renewal, at=FIRST_OF_APRIL + dt.timedelta(days=1))

        assert Order.objects.get(pk=renewal.pk).status == "fulfilled"
        line = renewal.invoices.get().lines.get()
        assert line.recognized_minor == 18_00
        assert findings() == []

    def test_on_trial_is_first_sent_when_it_is_first_paid(self, catalog, stripe):
        catalog.sell_plan(
            "taste",
            Money(18_00, "USD"),
            kind=PlanKind.GOODS,
            sku="beans",
            feature=None,
            trial_days=7,
        )
        bought(plan("taste"), shipping_address=HOME, delivery_option="standard")
        assert told("fulfilment.request_fulfilment.v1") == []

        let_the_clock_ring(Subscription.objects.get().trial_ends_at)

        assert len(told("fulfilment.request_fulfilment.v1")) == 1
        assert findings() == []

    def test_on_trial_needs_to_know_where_to_send_it_later(self, catalog):
        catalog.sell_plan(
            "taste",
            Money(18_00, "USD"),
            kind=PlanKind.GOODS,
            sku="beans",
            feature=None,
            trial_days=7,
        )

        with pytest.raises(ShippingAddressRequired):
            bought(plan("taste"), shipping_address=None, delivery_option="")


class TestABox:
    @pytest.fixture(autouse=True)
    def sold(self, catalog, fulfilment):
        catalog.sell_plan("box", Money(40_00, "USD"), kind=PlanKind.GOODS, sku="box", feature=None)
        catalog.facts["box"] = {
            "components": (part("mug", 2), part("pot", 1)),
            "grants": (Grant(feature="recipes", days=31),),
        }

    def test_delivers_what_is_in_it_each_period(self, fulfilment, stripe):
        bought(plan("box"), user_id=new_id())
        let_the_clock_ring(FIRST_OF_APRIL)

        first, second = told("fulfilment.request_fulfilment.v1")
        assert [(x["sku"], x["quantity"]) for x in second["lines"]] == [("mug", 2), ("pot", 1)]
        assert not {x["line_id"] for x in first["lines"]} & {x["line_id"] for x in second["lines"]}
        assert list(fulfilment.holds.values()) == [{"mug": 2, "pot": 1}] * 2
        assert [x["feature"] for x in told("fulfilment.grant_entitlement.v1")] == ["recipes"] * 2
        assert moved(stripe) == [40_00 + 5_99, 40_00]
        assert findings() == []

    def test_on_trial_gives_nothing_before_it_is_paid(self, catalog, stripe):
        catalog.sell_plan(
            "taste",
            Money(40_00, "USD"),
            kind=PlanKind.GOODS,
            sku="box",
            feature=None,
            trial_days=7,
        )
        bought(plan("taste"), user_id=new_id())
        assert told("fulfilment.grant_entitlement.v1") == []

        let_the_clock_ring(Subscription.objects.get().trial_ends_at)

        (asked,) = told("fulfilment.request_fulfilment.v1")
        assert [x["sku"] for x in asked["lines"]] == ["mug", "pot"]
        assert len(told("fulfilment.grant_entitlement.v1")) == 1

    def test_made_to_order_waits_for_no_stock(self, catalog, fulfilment):
        catalog.facts["box"] = {"made_to_order_days": 5}
        bought(plan("box"))
        let_the_clock_ring(FIRST_OF_APRIL)

        assert fulfilment.holds == {}
        assert len(told("fulfilment.request_fulfilment.v1")) == 2
