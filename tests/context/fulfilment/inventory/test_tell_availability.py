"""Telling availability: lists hear of a SKU when, and only when, its coarse state changes."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from commerce.fulfilment.inventory.models import StockLevel
from commerce.fulfilment.inventory.receive_stock import StockReceipt, receive_stock
from commerce.fulfilment.inventory.release_stock import release_stock
from commerce.fulfilment.inventory.reserve_stock import reserve_stock
from commerce.fulfilment.inventory.tell_availability import tell_availability
from tests.at_once import at_once
from tests.factories.fulfilment import level, stock, told

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def reserve(reference, units, *, sku="mug"):
    reserve_stock(
        reference=reference,
        units_by_sku={sku: units},
        expires_at=NOON + dt.timedelta(minutes=30),
        now=NOON,
    )


def tell(*, minutes=0):
    return tell_availability(now=NOON + dt.timedelta(minutes=minutes))


def words():
    """Give every word that was said about a SKU, in the order of the messages."""
    return [word for message in told("catalog.set_availability.v1") for word in message["states"]]


def states():
    return [(word["sku"], word["availability"]) for word in words()]


class TestTellAvailability:
    def test_tells_of_a_new_sku(self):
        stock("mug", east=20)

        assert tell() == 1

        assert words() == [{"sku": "mug", "availability": "in_stock", "as_of": NOON.isoformat()}]

    def test_tells_of_many_skus_in_one_message(self):
        stock("mug", east=20)
        stock("tea", east=0, west=20)

        tell()

        assert len(told("catalog.set_availability.v1")) == 1
        assert {sku for sku, _ in states()} == {"mug", "tea"}

    def test_tells_each_flip_on_the_way_down_and_up(self):
        stock("mug", east=20)
        tell()

        reserve("chk-1", 15)
        tell()
        reserve("chk-2", 5)
        tell()
        release_stock(reference="chk-1", now=NOON)
        tell()

        assert states() == [
            ("mug", "in_stock"),
            ("mug", "low_stock"),
            ("mug", "out_of_stock"),
            ("mug", "in_stock"),
        ]

    def test_says_nothing_while_the_state_stays(self):
        stock("mug", east=100)
        tell()
        for n in range(5):
            reserve(f"chk-{n}", 1)

        assert tell() == 1
        assert states() == [("mug", "in_stock")]

    def test_says_nothing_of_a_sku_that_flickers_and_is_back(self):
        stock("mug", east=20)
        tell()

        reserve("chk-1", 20)
        release_stock(reference="chk-1", now=NOON)
        tell()

        assert states() == [("mug", "in_stock")]

    def test_finds_nothing_to_do_when_nothing_has_changed(self):
        stock("mug", east=20)

        assert [tell(), tell()] == [1, 0]

    def test_adds_up_all_locations(self):
        stock("mug", east=3, west=4)

        tell()

        assert states() == [("mug", "in_stock")]

    def test_never_goes_back_in_time_although_a_clock_does(self):
        stock("mug", east=20)
        tell(minutes=5)
        reserve("chk-1", 20)

        tell(minutes=0)

        first, second = words()
        assert first["as_of"] < second["as_of"]

    @pytest.mark.django_db(transaction=True)
    def test_costs_the_same_for_a_hundred_as_for_one(self, django_assert_max_num_queries):
        for n in range(100):
            stock(f"sku-{n}", east=n)

        with django_assert_max_num_queries(8):
            # One of the hundred has never had a unit, and so no shelf.
            assert tell() == 99


@pytest.mark.django_db(transaction=True)
class TestTellAvailabilityWhileOthersBuy:
    def test_never_waits_for_a_buyer_and_comes_back_to_the_sku(self):
        stock("mug", east=20)
        stock("tea", east=20)
        is_locked, may_go_on = threading.Event(), threading.Event()

        def buyer_who_takes_long():
            with transaction.atomic():
                StockLevel.objects.select_for_update(no_key=True).get(pk=level("mug").pk)
                is_locked.set()
                may_go_on.wait(timeout=30)
            connection.close()

        buyer = threading.Thread(target=buyer_who_takes_long)
        buyer.start()
        is_locked.wait(timeout=30)
        tell()
        assert states() == [("tea", "in_stock")]
        may_go_on.set()
        buyer.join()

        tell()
        assert states() == [("tea", "in_stock"), ("mug", "in_stock")]

    @pytest.mark.parametrize("round_", range(3))
    def test_ends_with_what_is_true(self, round_):
        stock("mug", east=30)

        outcomes = at_once(
            [
                *(lambda n=n: reserve(f"chk-{n}", 1) for n in range(40)),
                *(lambda n=n: tell(minutes=n) for n in range(10)),
                lambda: receive_stock(
                    [StockReceipt(location="east", sku="mug", units=3, reference="po-2")], now=NOON
                ),
            ]
        )
        while tell(minutes=20):
            pass

        assert set(outcomes) <= {"done", "OutOfStock"}
        last = max(words(), key=lambda each: each["as_of"])
        assert last["availability"] == ("low_stock" if level("mug").available else "out_of_stock")
