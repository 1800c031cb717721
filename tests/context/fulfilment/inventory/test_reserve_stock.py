"""Reserving stock: exact for any number of buyers, repeatable, and never blocked by the dead."""

import datetime as dt

import pytest

from commerce.fulfilment.interface.errors import OutOfStock, ReservationReused
from commerce.fulfilment.inventory.models import StockReservation
from commerce.fulfilment.inventory.release_stock import release_stock
from commerce.fulfilment.inventory.reserve_stock import reserve_stock
from tests.factories.fulfilment import numbers, stock

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
HALF_PAST = NOON + dt.timedelta(minutes=30)
ONE = NOON + dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


def reserve(reference="chk-1", *, now=NOON, until=HALF_PAST, **units):
    return reserve_stock(reference=reference, units_by_sku=units, expires_at=until, now=now)


class TestReserveStock:
    def test_sets_units_aside(self):
        stock("mug", east=5)

        reservation = reserve(mug=2)

        assert (reservation.status, reservation.expires_at) == ("held", HALF_PAST)
        assert numbers("mug") == (5, 2, 0)

    def test_sets_aside_every_line_or_none(self):
        stock("mug", east=5)
        stock("tea", east=1)

        with pytest.raises(OutOfStock) as refused:
            reserve(mug=2, tea=2)

        assert (refused.value.sku, refused.value.wanted, refused.value.available) == ("tea", 2, 1)
        assert numbers("mug") == (5, 0, 0)
        assert not StockReservation.objects.exists()

    def test_counts_what_others_hold(self):
        stock("mug", east=5)
        reserve("chk-1", mug=4)

        with pytest.raises(OutOfStock) as refused:
            reserve("chk-2", mug=2)

        assert refused.value.available == 1

    def test_takes_units_from_several_locations_when_one_has_too_few(self):
        stock("mug", east=3, west=4)

        reserve(mug=5)

        assert (numbers("mug", "east"), numbers("mug", "west")) == ((3, 3, 0), (4, 2, 0))

    @pytest.mark.parametrize("units", [{}, {"mug": 0}, {"mug": -1}])
    def test_takes_no_empty_wish(self, units):
        with pytest.raises(ValueError, match="at least one unit"):
            reserve(**units)


class TestReserveStockAgain:
    def test_gives_the_first_answer(self):
        stock("mug", east=5)
        first = reserve(mug=2)

        second = reserve(mug=2)

        assert (second.id, second.expires_at) == (first.id, HALF_PAST)
        assert numbers("mug") == (5, 2, 0)

    @pytest.mark.parametrize(("first", "second"), [(HALF_PAST, ONE), (ONE, HALF_PAST)])
    def test_holds_until_the_later_of_the_two_moments(self, first, second):
        stock("mug", east=5)
        reserve(mug=2, until=first)

        assert reserve(mug=2, until=second).expires_at == ONE
        assert StockReservation.objects.get().expires_at == ONE
        assert numbers("mug") == (5, 2, 0)

    def test_gives_the_first_answer_also_when_nothing_is_left(self):
        stock("mug", east=2)
        first = reserve(mug=2)

        assert reserve(mug=2).id == first.id

    @pytest.mark.parametrize("other", [{"mug": 3}, {"tea": 2}, {"mug": 2, "tea": 1}])
    def test_refuses_other_units_under_the_same_reference(self, other):
        stock("mug", east=5)
        stock("tea", east=5)
        reserve(mug=2)

        with pytest.raises(ReservationReused):
            reserve(**other)

    def test_holds_anew_what_was_released(self):
        stock("mug", east=5)
        reserve(mug=2)
        release_stock(reference="chk-1", now=NOON)

        again = reserve(mug=2, until=ONE)

        assert (again.status, again.expires_at) == ("held", ONE)
        assert numbers("mug") == (5, 2, 0)
        assert again.lines.get().quantity == 2

    def test_refuses_what_was_released_and_is_gone(self):
        stock("mug", east=2)
        reserve(mug=2)
        release_stock(reference="chk-1", now=NOON)
        reserve("chk-2", mug=1)

        with pytest.raises(OutOfStock):
            reserve(mug=2)

        assert StockReservation.objects.get(reference="chk-1").status == "released"
        assert numbers("mug") == (2, 1, 0)

    def test_holds_an_overdue_reservation_for_longer(self):
        stock("mug", east=2)
        reserve(mug=2)

        again = reserve(mug=2, now=HALF_PAST, until=ONE)

        assert (again.status, again.expires_at) == ("held", ONE)
        assert numbers("mug") == (2, 2, 0)


class TestOverdueHolds:
    def test_do_not_stop_a_sale(self):
        stock("mug", east=2)
        reserve("chk-1", mug=2)

        reserve("chk-2", now=HALF_PAST, until=ONE, mug=2)

        assert StockReservation.objects.get(reference="chk-1").status == "released"
        assert numbers("mug") == (2, 2, 0)

    def test_are_left_alone_while_there_are_other_units(self):
        stock("mug", east=4)
        reserve("chk-1", mug=2)

        reserve("chk-2", now=HALF_PAST, until=ONE, mug=2)

        assert StockReservation.objects.get(reference="chk-1").status == "held"

    def test_are_left_alone_when_they_would_not_be_enough(self):
        stock("mug", east=2)
        reserve("chk-1", mug=1)
        reserve("chk-2", until=ONE, mug=1)

        with pytest.raises(OutOfStock) as refused:
            reserve("chk-3", now=HALF_PAST, until=ONE, mug=2)

        assert refused.value.available == 1
        assert StockReservation.objects.get(reference="chk-1").status == "held"

    def test_count_only_once_their_time_has_run_out(self):
        stock("mug", east=2)
        reserve("chk-1", mug=2)

        with pytest.raises(OutOfStock):
            reserve("chk-2", now=HALF_PAST - dt.timedelta(microseconds=1), mug=2)


@pytest.mark.django_db(transaction=True)
class TestBudgetOfReserveStock:
    def test_is_six_statements_for_any_number_of_lines(self, django_assert_num_queries):
        wish = {f"sku-{n}": 2 for n in range(20)}
        for sku in wish:
            stock(sku, east=1, west=1)

        with django_assert_num_queries(6):
            reserve(**wish)

    def test_is_five_statements_for_a_refusal(self, django_assert_num_queries):
        stock("mug", east=1)

        with django_assert_num_queries(5), pytest.raises(OutOfStock):
            reserve(mug=2)
