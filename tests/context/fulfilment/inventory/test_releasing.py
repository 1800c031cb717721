"""Releasing and expiring: units come back once, however often it is tried."""

import datetime as dt

import pytest

from commerce.fulfilment.inventory.expire_reservations import expire_reservations
from commerce.fulfilment.inventory.models import StockReservation
from commerce.fulfilment.inventory.queries import availability_of
from commerce.fulfilment.inventory.release_stock import release_stock
from commerce.fulfilment.inventory.reserve_stock import reserve_stock
from tests.at_once import at_once
from tests.factories.fulfilment import line, numbers, ordered, stock

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
HALF_PAST = NOON + dt.timedelta(minutes=30)
ONE = NOON + dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


def reserve(reference="chk-1", *, until=HALF_PAST, **units):
    reserve_stock(reference=reference, units_by_sku=units, expires_at=until, now=NOON)


def available(sku, *, now):
    [found] = availability_of(skus=[sku], now=now)
    return found.available


class TestReleaseStock:
    def test_gives_back_what_is_held(self):
        stock("mug", east=3, west=3)
        reserve(mug=5)

        release_stock(reference="chk-1", now=NOON)

        assert (numbers("mug", "east"), numbers("mug", "west")) == ((3, 0, 0), (3, 0, 0))
        assert StockReservation.objects.get().status == "released"

    def test_gives_back_once(self):
        stock("mug", east=3)
        reserve(mug=1)
        reserve("chk-2", mug=1)

        release_stock(reference="chk-1", now=NOON)
        release_stock(reference="chk-1", now=NOON)

        assert numbers("mug") == (3, 1, 0)

    def test_leaves_alone_what_was_bought_and_what_nobody_knows(self):
        stock("mug", east=3)
        reserve(mug=2)
        ordered(line("mug", 2), reservation="chk-1")

        release_stock(reference="chk-1", now=NOON)
        release_stock(reference="never heard of", now=NOON)

        assert numbers("mug") == (3, 0, 2)


class TestExpireReservations:
    def test_releases_what_is_overdue_and_nothing_else(self):
        stock("mug", east=9)
        reserve("chk-1", mug=1)
        reserve("chk-2", mug=2)
        reserve("chk-3", until=ONE, mug=4)

        assert expire_reservations(now=HALF_PAST) == 2

        assert numbers("mug") == (9, 4, 0)
        held = StockReservation.objects.filter(status="held")
        assert [row.reference for row in held] == ["chk-3"]

    def test_finds_nothing_a_second_time(self):
        stock("mug", east=9)
        reserve(mug=1)

        assert [expire_reservations(now=ONE) for _ in range(2)] == [1, 0]

    def test_releases_only_holds_on_the_skus_that_are_needed(self):
        stock("mug", east=9)
        stock("tea", east=9)
        reserve("chk-1", mug=1, tea=1)
        reserve("chk-2", tea=1)

        assert expire_reservations(now=ONE, skus=["mug"]) == 1

        assert (numbers("mug"), numbers("tea")) == ((9, 0, 0), (9, 1, 0))

    @pytest.mark.django_db(transaction=True)
    def test_costs_the_same_for_a_hundred_as_for_one(self, django_assert_max_num_queries):
        stock("mug", east=100)
        stock("tea", east=100)
        for n in range(100):
            reserve(f"chk-{n}", mug=1, tea=1)

        with django_assert_max_num_queries(6):
            assert expire_reservations(now=ONE) == 100

    @pytest.mark.django_db(transaction=True)
    def test_releases_each_hold_once_when_many_sweep_and_some_let_go_themselves(self):
        stock("mug", east=100)
        for n in range(60):
            reserve(f"chk-{n}", mug=1)

        outcomes = at_once(
            [
                *[lambda: expire_reservations(now=ONE)] * 8,
                *(lambda n=n: release_stock(reference=f"chk-{n}", now=ONE) for n in range(60)),
            ]
        )

        assert outcomes == {"done": 68}
        assert numbers("mug") == (100, 0, 0)


class TestAvailabilityOf:
    def test_counts_what_nobody_has_been_promised(self):
        stock("mug", east=3, west=4)
        reserve(mug=2)
        ordered(line("mug", 1))

        assert available("mug", now=NOON) == 4

    def test_counts_overdue_holds_as_available_before_the_sweeper_comes(self):
        stock("mug", east=3)
        reserve(mug=2)

        assert [available("mug", now=now) for now in (NOON, HALF_PAST)] == [1, 3]

    def test_answers_in_the_order_asked_and_none_for_what_nobody_stocks(self):
        stock("tea", east=1)
        stock("mug", east=2)

        found = availability_of(skus=["tea", "pot", "mug"], now=NOON)

        assert [(each.sku, each.available) for each in found] == [
            ("tea", 1),
            ("pot", 0),
            ("mug", 2),
        ]

    @pytest.mark.django_db(transaction=True)
    def test_is_one_statement(self, django_assert_num_queries):
        stock("mug", east=1)

        with django_assert_num_queries(1):
            availability_of(skus=["mug", "tea"], now=NOON)
