"""What neighbours rely on of fulfilment; asked of the fake they test with and of the real one."""

import datetime as dt

import pytest
from django.db import transaction

from commerce.fulfilment.carriers import our_carrier
from commerce.fulfilment.entitlements.grant_entitlement import grant_entitlement
from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.fulfilment_orders.request_fulfilment import request_fulfilment
from commerce.fulfilment.interface import services as fulfilment
from commerce.fulfilment.shipments.set_delivery_rates import RateDetails, set_delivery_rates
from commerce.shared import clock
from commerce.shared.db import NeighbourCalledInTransaction
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.factories.fulfilment import bundle, dispatched, line, stock, wish
from tests.fakes.carrier import FakeCarrier
from tests.fakes.fulfilment import FakeFulfilment

pytestmark = pytest.mark.django_db


class RealFulfilment:
    """The real one, with the handles a test needs; they are the fake's."""

    def __init__(self):
        self.rates = []

    def put(self, sku, units):
        stock(sku, east=units)

    def offer(self, country, currency, option):
        self.rates.append(
            RateDetails(
                code=option.code,
                title=option.title,
                country=country,
                base=option.price,
                days_min=option.days_min,
                days_max=option.days_max,
            )
        )
        set_delivery_rates(self.rates)

    def accept(self, request):
        request_fulfilment(request, now=clock.now())

    def ship(self, order_id):
        dispatched(FulfilmentOrder.objects.get(order_id=order_id))

    def grant(self, entitlement):
        grant_entitlement(
            reference=str(new_id()),
            holder_id=entitlement.holder_id,
            feature=entitlement.feature,
            valid_from=entitlement.valid_from,
            valid_until=entitlement.valid_until,
        )


@pytest.fixture(params=["fake", "real"])
def warehouse(request, monkeypatch):
    if request.param == "fake":
        fake = FakeFulfilment()
        fake.stand_in(monkeypatch)
        return fake
    carrier = FakeCarrier()
    monkeypatch.setattr(our_carrier, "our_carrier", lambda: carrier)
    return RealFulfilment()


def soon():
    return clock.now() + dt.timedelta(minutes=30)


def just_now():
    return clock.now() - dt.timedelta(seconds=1)


def reserve(reference="chk-1", *, until=None, **units):
    return fulfilment.reserve_stock(
        reference=reference, units_by_sku=units, expires_at=until or soon()
    )


def available(sku):
    [found] = fulfilment.availability_of(skus=[sku])
    return found.available


class TestReserveStock:
    def test_sets_everything_aside(self, warehouse):
        warehouse.put("mug", 5)
        until = soon()

        held = reserve(mug=2, until=until)

        assert held == fulfilment.Reservation(
            reference="chk-1", units_by_sku={"mug": 2}, expires_at=until, state="held"
        )
        assert available("mug") == 3

    def test_sets_nothing_aside_when_a_line_is_short(self, warehouse):
        warehouse.put("mug", 5)

        with pytest.raises(fulfilment.OutOfStock) as refused:
            reserve(mug=2, tea=1)

        assert (refused.value.sku, refused.value.wanted, refused.value.available) == ("tea", 1, 0)
        assert available("mug") == 5

    def test_gives_the_first_answer_again(self, warehouse):
        warehouse.put("mug", 2)

        assert reserve(mug=2, until=(until := soon())) == reserve(mug=2, until=until)
        assert available("mug") == 0

    def test_holds_until_the_later_of_two_moments(self, warehouse):
        warehouse.put("mug", 2)
        early, late = soon(), soon() + dt.timedelta(hours=1)
        reserve(mug=2, until=early)

        assert reserve(mug=2, until=late).expires_at == late
        assert reserve(mug=2, until=early).expires_at == late

    def test_refuses_other_units_under_the_same_reference(self, warehouse):
        warehouse.put("mug", 5)
        reserve(mug=2)

        with pytest.raises(fulfilment.ReservationReused):
            reserve(mug=3)

    def test_makes_a_released_one_anew_or_refuses_it(self, warehouse):
        warehouse.put("mug", 2)
        reserve(mug=2)
        fulfilment.release_stock(reference="chk-1")
        assert reserve(mug=2).state == "held"

        fulfilment.release_stock(reference="chk-1")
        reserve("chk-2", mug=1)
        with pytest.raises(fulfilment.OutOfStock):
            reserve(mug=2)

    def test_is_not_stopped_by_holds_whose_time_has_run_out(self, warehouse):
        warehouse.put("mug", 2)
        reserve(mug=2, until=just_now())

        assert available("mug") == 2
        assert reserve("chk-2", mug=2).state == "held"
        with pytest.raises(fulfilment.OutOfStock):
            reserve("chk-1", mug=2)

    def test_makes_an_overdue_one_anew(self, warehouse):
        warehouse.put("mug", 2)
        reserve(mug=2, until=just_now())

        assert reserve(mug=2).expires_at > clock.now()
        assert available("mug") == 0


class TestReleaseStock:
    def test_gives_back_what_is_held_and_may_be_repeated(self, warehouse):
        warehouse.put("mug", 2)
        reserve(mug=2)

        for _ in range(2):
            fulfilment.release_stock(reference="chk-1")

        assert available("mug") == 2

    def test_has_nothing_to_do_for_what_is_unknown_or_bought(self, warehouse):
        warehouse.put("mug", 2)
        reserve(mug=2)
        warehouse.accept(wish(line("mug", 2), reservation="chk-1"))

        fulfilment.release_stock(reference="chk-1")
        fulfilment.release_stock(reference="never heard of")

        assert available("mug") == 0
        assert reserve(mug=2).state == "allocated"


class TestAvailabilityOf:
    def test_answers_in_the_order_asked(self, warehouse):
        warehouse.put("mug", 2)

        found = fulfilment.availability_of(skus=["tea", "mug"])

        assert [(each.sku, each.available) for each in found] == [("tea", 0), ("mug", 2)]


class TestQuoteDelivery:
    def test_lists_the_cheapest_first(self, warehouse):
        for code, minor in (("express", 14_99), ("standard", 5_99)):
            warehouse.offer(
                "US",
                "USD",
                fulfilment.DeliveryOption(
                    code=code, title=code, price=Money(minor, "USD"), days_min=1, days_max=2
                ),
            )

        options = fulfilment.quote_delivery(country="US", currency="USD", weight_g=1, units=1)

        assert [(option.code, option.price.minor) for option in options] == [
            ("standard", 5_99),
            ("express", 14_99),
        ]

    @pytest.mark.parametrize(("country", "currency"), [("AQ", "USD"), ("US", "EUR")])
    def test_refuses_where_nothing_goes(self, warehouse, country, currency):
        warehouse.offer(
            "US",
            "USD",
            fulfilment.DeliveryOption(
                code="standard", title="", price=Money(1, "USD"), days_min=1, days_max=2
            ),
        )

        with pytest.raises(fulfilment.NotDeliverable):
            fulfilment.quote_delivery(country=country, currency=currency, weight_g=1, units=1)


def cancel(order_id):
    return fulfilment.cancel_fulfilment(order_id=order_id, reason="customer", now=clock.now())


class TestCancelFulfilment:
    def test_tells_what_will_not_be_delivered_and_may_be_repeated(self, warehouse):
        warehouse.put("mug", 5)
        mugs = line("mug", 3)
        order = wish(mugs)
        warehouse.accept(order)

        assert cancel(order.order_id) == cancel(order.order_id)
        assert cancel(order.order_id).units_by_line == {str(mugs.line_id): 3}
        assert available("mug") == 5

    def test_keeps_a_late_request_from_delivering(self, warehouse):
        warehouse.put("mug", 5)
        order = wish(line("mug", 3))

        assert cancel(order.order_id).units_by_line == {}
        warehouse.accept(order)

        assert available("mug") == 5

    def test_is_refused_once_a_unit_has_left(self, warehouse):
        warehouse.put("mug", 5)
        order = wish(line("mug", 3))
        warehouse.accept(order)
        warehouse.ship(order.order_id)

        with pytest.raises(fulfilment.AlreadyShipped):
            cancel(order.order_id)


class TestWhatIsMadeToOrder:
    def test_is_taken_on_and_leaves_without_stock(self, warehouse):
        warehouse.put("mug", 5)
        table = line("table", 1, is_made_to_order=True)
        order = wish(line("mug", 1), table)

        warehouse.accept(order)
        warehouse.ship(order.order_id)

        [shipment] = fulfilment.shipments_of(order_id=order.order_id)
        assert shipment.units_by_line[str(table.line_id)] == 1
        assert (available("table"), available("mug")) == (0, 4)

    def test_is_canceled_without_becoming_stock(self, warehouse):
        warehouse.put("mug", 5)
        table = line("table", 2, is_made_to_order=True)
        order = wish(table)
        warehouse.accept(order)

        assert cancel(order.order_id).units_by_line == {str(table.line_id): 2}
        assert available("table") == 0


class TestABundle:
    def test_is_bound_and_leaves_as_what_is_in_it(self, warehouse):
        warehouse.put("mug", 12)
        warehouse.put("tray", 5)
        parts = bundle(2, mug=6, tray=1)
        order = wish(*parts)

        warehouse.accept(order)
        assert (available("mug"), available("tray")) == (0, 3)
        warehouse.ship(order.order_id)

        [shipment] = fulfilment.shipments_of(order_id=order.order_id)
        assert shipment.units_by_line == {str(x.line_id): x.quantity for x in parts}


class TestShipmentsOf:
    def test_lists_what_has_left(self, warehouse):
        warehouse.put("mug", 5)
        mugs = line("mug", 3)
        order = wish(mugs)
        warehouse.accept(order)
        assert list(fulfilment.shipments_of(order_id=order.order_id)) == []

        warehouse.ship(order.order_id)

        [shipment] = fulfilment.shipments_of(order_id=order.order_id)
        assert (shipment.status, shipment.carrier) == ("dispatched", "sandbox")
        assert shipment.units_by_line == {str(mugs.line_id): 3}
        assert available("mug") == 2


class TestCheckEntitlement:
    def test_gives_the_right_from_its_first_moment_to_before_its_last(self, warehouse):
        start, holder = clock.now(), new_id()
        right = fulfilment.Entitlement(
            holder_id=holder,
            feature="library",
            valid_from=start,
            valid_until=start + dt.timedelta(days=1),
        )
        warehouse.grant(right)

        def check(at, feature="library"):
            return fulfilment.check_entitlement(holder_id=holder, feature=feature, at=at)

        assert check(start) == right
        assert check(start - dt.timedelta(seconds=1)) is None
        assert check(start + dt.timedelta(days=1)) is None
        assert check(start, feature="printing") is None


class TestEveryFunction:
    @pytest.mark.parametrize(
        "ask",
        [
            lambda: reserve(mug=1),
            lambda: fulfilment.release_stock(reference="chk-1"),
            lambda: fulfilment.availability_of(skus=["mug"]),
            lambda: fulfilment.quote_delivery(country="US", currency="USD", weight_g=1, units=1),
            lambda: cancel(new_id()),
            lambda: fulfilment.shipments_of(order_id=new_id()),
            lambda: fulfilment.check_entitlement(holder_id=new_id(), feature="x", at=clock.now()),
        ],
    )
    def test_refuses_to_be_called_inside_a_transaction(self, warehouse, ask):
        with pytest.raises(NeighbourCalledInTransaction), transaction.atomic():
            ask()
