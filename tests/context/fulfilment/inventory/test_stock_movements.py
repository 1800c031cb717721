"""Receiving and adjusting: units come and go for a reason, once for each reference."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from commerce.fulfilment.inventory.adjust_stock import StockChanged, StockPromised, adjust_stock
from commerce.fulfilment.inventory.models import MovementReason, StockLevel, StockMovement
from commerce.fulfilment.inventory.queries import UnknownLocation
from commerce.fulfilment.inventory.receive_stock import StockReceipt, receive_stock
from commerce.fulfilment.inventory.reserve_stock import reserve_stock
from tests.at_once import at_once
from tests.factories.fulfilment import StockLocationFactory, level, numbers, stock

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def east():
    return StockLocationFactory(code="east")


def receipt(sku="mug", units=5, reference="po-1", location="east"):
    return StockReceipt(location=location, sku=sku, units=units, reference=reference)


def adjust(quantity, *, reason=MovementReason.COUNTED, reference="count-1", **expected):
    return adjust_stock(
        location="east",
        sku="mug",
        quantity=quantity,
        reason=reason,
        reference=reference,
        now=NOON,
        **expected,
    )


class TestReceiveStock:
    def test_puts_units_on_the_shelf_and_says_why(self, east):
        assert receive_stock([receipt()], now=NOON) == 1

        assert numbers("mug") == (5, 0, 0)
        movement = StockMovement.objects.get()
        assert (movement.reason, movement.quantity, movement.moved_at) == ("received", 5, NOON)

    def test_books_a_delivery_once(self, east):
        receive_stock([receipt(), receipt("tea", 2)], now=NOON)

        assert receive_stock([receipt(), receipt("tea", 2), receipt("pot", 1)], now=NOON) == 1
        assert [numbers(sku)[0] for sku in ("mug", "tea", "pot")] == [5, 2, 1]

    def test_adds_up_two_deliveries_in_one_batch(self, east):
        receive_stock([receipt(reference="po-1"), receipt(reference="po-2", units=2)], now=NOON)

        assert numbers("mug") == (7, 0, 0)

    def test_refuses_a_place_nobody_knows(self, east):
        with pytest.raises(UnknownLocation):
            receive_stock([receipt(), receipt(location="moon")], now=NOON)

        assert not StockLevel.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_costs_the_same_for_a_thousand_as_for_one(self, east, django_assert_max_num_queries):
        receipts = [receipt(f"sku-{n}", 1 + n % 7) for n in range(1_000)]

        with django_assert_max_num_queries(8):
            assert receive_stock(receipts, now=NOON) == 1_000

    @pytest.mark.django_db(transaction=True)
    def test_books_a_delivery_once_also_when_it_is_sent_by_many_at_once(self, east):
        batch = [receipt(f"sku-{n}", 2) for n in range(30)]

        outcomes = at_once(
            lambda n=n: receive_stock(batch[n:] + batch[:n], now=NOON) for n in range(16)
        )

        assert outcomes == {"done": 16}
        assert StockLevel.objects.aggregate(units=Sum("on_hand"))["units"] == 60


class TestAdjustStock:
    def test_adds_and_takes_away_for_a_reason(self):
        stock("mug", east=5)

        adjust(2, reason=MovementReason.FOUND, reference="a")
        adjusted = adjust(-3, reason=MovementReason.DAMAGED, reference="b")

        assert adjusted.on_hand == 4
        assert numbers("mug") == (4, 0, 0)

    def test_adjusts_once_under_one_reference(self):
        stock("mug", east=5)

        adjust(-1)
        adjust(-1)

        assert numbers("mug") == (4, 0, 0)

    def test_does_not_take_what_is_promised(self):
        stock("mug", east=5)
        reserve_stock(
            reference="chk-1",
            units_by_sku={"mug": 4},
            expires_at=NOON + dt.timedelta(minutes=30),
            now=NOON,
        )

        with pytest.raises(StockPromised) as refused:
            adjust(-2)

        assert (refused.value.on_hand, refused.value.promised) == (5, 4)
        assert numbers("mug") == (5, 4, 0)
        assert not StockMovement.objects.filter(reason="counted").exists()

    def test_adjusts_only_what_was_counted_when_that_is_said(self):
        stock("mug", east=5)

        with pytest.raises(StockChanged) as refused:
            adjust(-1, expected_on_hand=6)
        assert refused.value.on_hand == 5

        assert adjust(-1, expected_on_hand=5).on_hand == 4

    def test_opens_a_shelf_for_what_is_found(self, east):
        assert adjust(3, reason=MovementReason.FOUND).on_hand == 3

    @pytest.mark.parametrize(
        ("quantity", "reason"), [(0, MovementReason.COUNTED), (1, MovementReason.SHIPPED)]
    )
    def test_knows_what_is_no_adjustment(self, east, quantity, reason):
        with pytest.raises(ValueError, match="not an adjustment"):
            adjust(quantity, reason=reason)

    @pytest.mark.django_db(transaction=True)
    def test_corrects_a_shelf_once_that_many_have_counted(self):
        stock("mug", east=50)

        outcomes = at_once(
            lambda n=n: adjust(-5, reference=f"count-{n}", expected_on_hand=50) for n in range(10)
        )

        assert outcomes == {"done": 1, "StockChanged": 9}
        assert numbers("mug") == (45, 0, 0)


class TestTheDatabase:
    @pytest.mark.django_db(transaction=True)
    def test_refuses_to_change_why_stock_has_changed(self):
        stock("mug", east=5)

        for statement in (
            "UPDATE fulfilment_stockmovement SET quantity = 9",
            "DELETE FROM fulfilment_stockmovement",
            "TRUNCATE fulfilment_stockmovement",
        ):
            with (
                pytest.raises(IntegrityError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)

    @pytest.mark.parametrize(
        "numbers_",
        [
            {"on_hand": -1},
            {"reserved": -1},
            {"allocated": -1},
            {"reserved": 6},
            {"reserved": 3, "allocated": 3},
        ],
    )
    def test_refuses_to_promise_what_is_not_there(self, numbers_):
        stock("mug", east=5)

        with pytest.raises(IntegrityError), transaction.atomic():
            StockLevel.objects.filter(pk=level("mug").pk).update(**numbers_)
