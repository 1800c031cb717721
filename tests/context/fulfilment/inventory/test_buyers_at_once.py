"""Two hundred buyers at once, on real connections: exactly what is there is sold, every time."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Sum

from commerce.fulfilment.inventory.expire_reservations import expire_reservations
from commerce.fulfilment.inventory.models import StockReservation, StockReservationLine
from commerce.fulfilment.inventory.release_stock import release_stock
from commerce.fulfilment.inventory.reserve_stock import reserve_stock
from tests.at_once import at_once
from tests.factories.fulfilment import numbers, stock

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
HALF_PAST = NOON + dt.timedelta(minutes=30)
ONE = NOON + dt.timedelta(hours=1)

BUYERS = 200

pytestmark = pytest.mark.django_db(transaction=True)


def buyer(reference: str, wish: dict[str, int], *, now: dt.datetime = NOON) -> Callable[[], Any]:
    return lambda: reserve_stock(
        reference=reference,
        units_by_sku=wish,
        expires_at=now + dt.timedelta(minutes=30),
        now=now,
    )


def held_units(sku: str) -> int:
    lines = StockReservationLine.objects.filter(level__sku=sku, reservation__status="held")
    return lines.aggregate(units=Sum("quantity"))["units"] or 0


class TestBuyersAtOnce:
    @pytest.mark.parametrize("round_", range(5))
    def test_buy_exactly_the_fifty_that_are_there(self, round_):
        stock("mug", east=30, west=20)

        outcomes = at_once(buyer(f"chk-{n}", {"mug": 1}) for n in range(BUYERS))

        assert outcomes == {"done": 50, "OutOfStock": 150}
        assert (numbers("mug", "east"), numbers("mug", "west")) == ((30, 30, 0), (20, 20, 0))
        assert StockReservation.objects.count() == held_units("mug") == 50

    @pytest.mark.parametrize("round_", range(3))
    def test_never_wait_for_each_other_with_the_same_goods_in_opposite_order(self, round_):
        for sku in ("mug", "tea", "pot"):
            stock(sku, east=30, west=30)
        orders = [("mug", "tea", "pot"), ("pot", "tea", "mug"), ("tea", "mug", "pot")]

        outcomes = at_once(
            buyer(f"chk-{n}", dict.fromkeys(orders[n % 3], 1 + n % 2)) for n in range(BUYERS)
        )

        assert set(outcomes) == {"done", "OutOfStock"}
        for sku in ("mug", "tea", "pot"):
            reserved = numbers(sku, "east")[1] + numbers(sku, "west")[1]
            assert reserved == held_units(sku)
            assert 59 <= reserved <= 60

    def test_hold_once_what_one_of_them_asks_for_many_times(self):
        stock("mug", east=5)

        outcomes = at_once(buyer("chk-1", {"mug": 5}) for _ in range(40))

        assert outcomes == {"done": 40}
        assert numbers("mug") == (5, 5, 0)

    def test_share_exactly_what_overdue_holds_gave_back(self):
        stock("mug", east=20)
        for n in range(20):
            buyer(f"old-{n}", {"mug": 1})()

        outcomes = at_once(
            [
                *(buyer(f"chk-{n}", {"mug": 1}, now=HALF_PAST) for n in range(60)),
                *(lambda: expire_reservations(now=HALF_PAST) for _ in range(5)),
            ]
        )

        assert outcomes == {"done": 20 + 5, "OutOfStock": 40}
        assert numbers("mug") == (20, 20, 0)
        assert held_units("mug") == 20

    def test_leave_nothing_reserved_once_all_have_let_go(self):
        stock("mug", east=10, west=10)
        stock("tea", east=10)

        def come_and_go(n: int) -> Callable[[], None]:
            def act() -> None:
                wish = {"mug": 2, "tea": 1} if n % 2 else {"tea": 1, "mug": 2}
                try:
                    buyer(f"chk-{n}", wish)()
                finally:
                    release_stock(reference=f"chk-{n}", now=NOON)

            return act

        outcomes = at_once(come_and_go(n) for n in range(BUYERS))

        assert set(outcomes) <= {"done", "OutOfStock"}
        assert [numbers("mug", x)[1] for x in ("east", "west")] == [0, 0]
        assert numbers("tea") == (10, 0, 0)
