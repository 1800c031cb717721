"""Redemptions: held, confirmed and given back, and never more of them than there are."""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import replace

import pytest
from django.db import connection, transaction

from commerce.catalog.interface.services import PromotionExhausted, QuoteLine, UsedPromotion
from commerce.catalog.models import Coupon, Promotion, Redemption
from commerce.catalog.pricing.quote_prices import quote_prices
from commerce.catalog.promotions.confirm_redemptions import confirm_redemptions
from commerce.catalog.promotions.create_coupons import NewCoupons, create_coupons
from commerce.catalog.promotions.hold_redemptions import hold_redemptions
from commerce.catalog.promotions.lapse_redemptions import lapse_redemptions
from commerce.catalog.promotions.release_redemptions import release_redemptions
from commerce.catalog.promotions.uses import lock_promotions
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.at_once import at_once
from tests.factories.catalog import CouponFactory, on_sale, promoted

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def use(promotion: Promotion, minor: int = 5_00) -> UsedPromotion:
    coupon = promotion.coupons.first()
    return UsedPromotion(
        promotion_id=promotion.pk,
        title=promotion.title,
        amount=Money(minor, "USD"),
        code=coupon.code if coupon else None,
    )


def hold(reference: str, *uses: UsedPromotion, customer: str = "", now: dt.datetime = NOON) -> None:
    hold_redemptions(
        reference=reference,
        customer=customer or reference,
        uses=uses,
        expires_at=now + HOUR,
        now=now,
    )


def confirm(reference: str, *promotions: Promotion) -> None:
    confirm_redemptions(
        reference=reference, promotion_ids=[x.pk for x in promotions], confirmed_at=NOON
    )


def counted(promotion: Promotion) -> tuple[int, int]:
    promotion = Promotion.objects.get(pk=promotion.pk)
    return promotion.times_used, promotion.spent_minor


def states(reference: str) -> list[str]:
    rows = Redemption.objects.filter(reference=reference).order_by("promotion")
    return list(rows.values_list("status", flat=True))


def until_somebody_waits() -> None:
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone():
                return
        time.sleep(0.01)  # nobody is told that somebody waits: it can only be asked
    pytest.fail("nobody waits")


@pytest.mark.django_db
class TestHolding:
    def test_counts_the_promotion_and_the_coupon(self):
        promotion = promoted(code="TEN")

        hold("a", use(promotion))

        assert counted(promotion) == (1, 5_00)
        assert Coupon.objects.get().times_used == 1
        assert Redemption.objects.get().coupon.code == "TEN"

    def test_counts_once_however_often_it_is_asked(self):
        promotion = promoted()

        hold("a", use(promotion))
        hold("a", use(promotion), now=NOON + HOUR)

        assert counted(promotion) == (1, 5_00)
        assert Redemption.objects.get().expires_at == NOON + 2 * HOUR

    def test_counts_another_amount_anew(self):
        promotion = promoted(limit_total=1)

        hold("a", use(promotion, 5_00))
        hold("a", use(promotion, 7_00))

        assert counted(promotion) == (1, 7_00)

    @pytest.mark.parametrize(
        "limits", [{"limit_total": 1}, {"budget_minor": 9_99}], ids=["limit", "budget"]
    )
    def test_is_refused_when_it_is_used_up(self, limits):
        promotion = promoted(code="TEN", **limits)
        hold("a", use(promotion))

        with pytest.raises(PromotionExhausted) as refused:
            hold("b", use(promotion))

        assert (refused.value.promotion_code, refused.value.reason) == ("TEN", "limit_reached")
        assert counted(promotion) == (1, 5_00)
        assert states("b") == []

    def test_is_refused_when_the_code_is_used_up(self):
        promotion = promoted(code="ONCE")
        promotion.coupons.update(limit_total=1)
        hold("a", use(promotion))

        with pytest.raises(PromotionExhausted):
            hold("b", use(promotion))

        assert counted(promotion) == (1, 5_00)

    @pytest.mark.parametrize("on", ["promotion", "coupon"])
    def test_is_refused_to_a_customer_who_has_had_enough(self, on):
        promotion = promoted(code="MINE")
        (Promotion if on == "promotion" else Coupon).objects.update(limit_per_customer=1)
        hold("a", use(promotion), customer="ada")

        with pytest.raises(PromotionExhausted) as refused:
            hold("b", use(promotion), customer="ada")
        hold("c", use(promotion), customer="grace")

        assert refused.value.reason == "limit_per_customer_reached"
        assert counted(promotion) == (2, 10_00)

    def test_of_a_promotion_for_first_orders_is_one_for_a_customer(self):
        promotion = promoted(title="Hello", first_order_only=True)
        hold("a", use(promotion), customer="ada")

        with pytest.raises(PromotionExhausted):
            hold("b", use(promotion), customer="ada")
        quoted = quote_prices(
            lines=[], currency="USD", customer="ada", is_first_order=True, tells_all=True, at=NOON
        )

        assert [x.reason for x in quoted.refused_promotions] == ["not_first_order"]
        assert counted(promotion) == (1, 5_00)

    @pytest.mark.parametrize("limits", [{"budget_minor": 1_25}, {"limit_per_customer": 1}])
    def test_stands_in_the_way_of_others_and_not_in_ones_own(self, limits):
        on_sale("mug", price=12_50)
        hold("a", use(promoted(**limits), 1_25), customer="ada")

        totals = [
            quote_prices(
                lines=[QuoteLine(sku="mug", quantity=1)],
                currency="USD",
                customer="ada",
                reference=reference,
                at=NOON,
            ).total.minor
            for reference in ("a", "b")
        ]

        assert totals == [11_25, 12_50]

    def test_for_somebody_else_is_counted_anew(self):
        promotion = promoted(limit_per_customer=1)
        hold("a", use(promotion), customer="ada")
        hold("b", use(promotion), customer="grace")

        with pytest.raises(PromotionExhausted):
            hold("b", use(promotion), customer="ada")

    def test_holds_all_or_none(self):
        plenty, scarce = promoted(), promoted(limit_total=1)
        hold("a", use(scarce))

        with pytest.raises(PromotionExhausted):
            hold("b", use(plenty), use(scarce))

        assert counted(plenty) == (0, 0)

    def test_takes_what_nobody_came_back_for(self):
        promotion = promoted(limit_total=1)
        hold("a", use(promotion))

        hold("b", use(promotion), now=NOON + 2 * HOUR)

        assert (states("a"), states("b")) == (["lapsed"], ["held"])

    def test_costs_the_same_for_many_as_for_one(self, django_assert_max_num_queries):
        uses = [use(promoted(limit_total=9, limit_per_customer=9)) for _ in range(8)]

        with django_assert_max_num_queries(5):
            hold("a", *uses)


@pytest.mark.django_db
class TestWhatBecomesOfIt:
    def test_is_used_for_good_once_confirmed(self):
        promotion = promoted()
        hold("a", use(promotion))

        confirm("a", promotion)
        confirm("a", promotion)
        lapse_redemptions(now=NOON + 2 * HOUR)

        assert states("a") == ["confirmed"]
        assert counted(promotion) == (1, 5_00)

    def test_gives_back_what_was_not_used_after_all(self):
        used, surplus = promoted(), promoted()
        hold("a", use(used), use(surplus))

        confirm("a", used)

        assert (counted(used), counted(surplus)) == ((1, 5_00), (0, 0))

    @pytest.mark.parametrize("is_confirmed", [False, True])
    def test_is_free_again_once_released(self, is_confirmed):
        promotion = promoted(code="TEN")
        hold("a", use(promotion))
        if is_confirmed:
            confirm("a", promotion)

        for _ in range(2):
            release_redemptions(references=["a", "unknown"], released_at=NOON)

        assert states("a") == ["released"]
        assert counted(promotion) == (0, 0)
        assert Coupon.objects.get().times_used == 0

    def test_is_counted_as_it_was_paid_whatever_was_held_last(self):
        promotion = promoted(code="TEN")
        paid = use(promotion, 9_00)
        other = CouponFactory(promotion=promotion, code="OTHER")
        hold("a", paid)
        hold("a", replace(paid, amount=Money(1, "USD"), code="OTHER"))

        confirm_redemptions(
            reference="a", promotion_ids=[promotion.pk], uses=[paid], confirmed_at=NOON
        )

        assert counted(promotion) == (1, 9_00)
        row = Redemption.objects.get()
        assert (row.status, row.amount_minor, row.coupon.code) == ("confirmed", 9_00, "TEN")
        assert row.coupon.times_used == 1
        assert Coupon.objects.get(pk=other.pk).times_used == 0

    def test_stays_released_when_the_confirmation_comes_late(self):
        promotion = promoted()
        hold("a", use(promotion))
        release_redemptions(references=["a"], released_at=NOON)

        confirm("a", promotion)

        assert states("a") == ["released"]
        assert counted(promotion) == (0, 0)

    def test_lapses_when_nobody_comes_back(self):
        promotion = promoted(code="TEN")
        hold("a", use(promotion))

        assert lapse_redemptions(now=NOON + HOUR - dt.timedelta(seconds=1)) == 0
        assert lapse_redemptions(now=NOON + HOUR) == 1

        assert counted(promotion) == (0, 0)
        assert Coupon.objects.get().times_used == 0

    def test_is_counted_again_when_it_is_paid_after_it_lapsed(self):
        promotion = promoted(limit_total=1)
        hold("a", use(promotion))
        lapse_redemptions(now=NOON + HOUR)

        confirm("a", promotion)

        assert states("a") == ["confirmed"]
        assert counted(promotion) == (1, 5_00)

    def test_waits_for_a_person_when_it_lapsed_and_others_have_it(self):
        promotion = promoted(limit_total=1)
        hold("a", use(promotion))
        hold("b", use(promotion), now=NOON + 2 * HOUR)

        with pytest.raises(PromotionExhausted):
            confirm("a", promotion)

        assert counted(promotion) == (1, 5_00)


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_use_a_coupon_limited_to_a_hundred_exactly_a_hundred_times(self):
        promotion = promoted(code="HUNDRED", limit_total=100)
        one = use(promotion)

        outcomes = at_once(lambda i=i: hold(f"checkout-{i}", one) for i in range(1000))

        assert outcomes == {"done": 100, "PromotionExhausted": 900}
        assert counted(promotion) == (100, 500_00)
        assert Redemption.objects.count() == 100

    def test_spend_a_budget_to_the_last_cent_and_not_beyond(self):
        promotion = promoted(budget_minor=50_00)
        one = use(promotion, 5_00)

        outcomes = at_once(lambda i=i: hold(f"checkout-{i}", one) for i in range(64))

        assert outcomes == {"done": 10, "PromotionExhausted": 54}
        assert counted(promotion) == (10, 50_00)

    def test_leave_a_customer_no_second_use(self):
        promotion = promoted(limit_per_customer=1)
        one = use(promotion)

        outcomes = at_once(lambda i=i: hold(f"tab-{i}", one, customer="ada") for i in range(64))

        assert outcomes == {"done": 1, "PromotionExhausted": 63}

    def test_count_one_checkout_once(self):
        promotion = promoted(code="TEN", limit_total=1)
        one = use(promotion)

        assert at_once([lambda: hold("a", one)] * 64) == {"done": 64}
        assert counted(promotion) == (1, 5_00)

    def test_of_two_promotions_in_opposite_order_never_wait_for_each_other(self):
        first, second = promoted(code="AAA", limit_total=20), promoted(code="BBB", limit_total=20)
        pair = [use(first), use(second)]

        outcomes = at_once(
            lambda i=i: hold(f"checkout-{i}", *(pair if i % 2 else reversed(pair)))
            for i in range(100)
        )

        assert outcomes == {"done": 20, "PromotionExhausted": 80}
        assert (counted(first), counted(second)) == ((20, 100_00), (20, 100_00))

    def test_lock_all_that_is_counted_before_the_first_is(self):
        first, second = promoted(), promoted()
        hold("a", use(second))

        def hold_both():
            hold("a", use(first), use(second, 7_00))
            connection.close()

        both = threading.Thread(target=hold_both)
        with transaction.atomic():
            lock_promotions([first.pk])
            both.start()
            until_somebody_waits()
            # Whoever waits for the first has not taken the second yet.
            Promotion.objects.select_for_update(nowait=True, no_key=True).get(pk=second.pk)
        both.join()

        assert (counted(first), counted(second)) == ((1, 5_00), (1, 7_00))

    def test_wait_for_nobody_who_makes_codes(self):
        promotion = promoted(code="TEN")

        def make():
            create_coupons(promotion_id=promotion.pk, coupons=NewCoupons(count=3), now=NOON)
            connection.close()

        maker = threading.Thread(target=make, daemon=True)
        with transaction.atomic():
            lock_promotions([promotion.pk])
            maker.start()
            maker.join(timeout=10)
            assert not maker.is_alive()

        assert promotion.coupons.count() == 4

    def test_lose_nothing_while_sweepers_confirmations_and_releases_go_on(self):
        promotion = promoted(code="TEN", limit_total=50)
        one = use(promotion)
        for i in range(50):
            hold(f"old-{i}", one)

        def act(i: int) -> None:
            match i % 4:
                case 0:
                    confirm(f"old-{i // 4}", promotion)
                case 1:
                    release_redemptions(references=[f"old-{i // 4}"], released_at=NOON)
                case 2:
                    lapse_redemptions(now=NOON + 2 * HOUR)
                case _:
                    hold(f"new-{new_id()}", one, now=NOON + 2 * HOUR)

        at_once(lambda i=i: act(i) for i in range(200))

        alive = Redemption.objects.filter(status__in=["held", "confirmed"])
        assert counted(promotion) == (alive.count(), 5_00 * alive.count())
        assert alive.count() <= 50
        assert Coupon.objects.get().times_used == alive.count()


@pytest.mark.django_db
class TestTheTable:
    def test_keeps_the_terms_of_what_is_active(self):
        promotion = promoted()

        with pytest.raises(Exception, match="never change once"), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE catalog_promotion SET priority = 7 WHERE id = %s", [promotion.pk]
            )
