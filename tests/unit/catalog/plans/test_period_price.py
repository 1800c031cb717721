"""A period's price: units and charges, what a phase changes, and the fee and minimum around them."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.interface.dto import (
    Cadence,
    Charge,
    ChargeModel,
    IntervalUnit,
    PlanKind,
    PlanPhase,
    PlanTerms,
    Tier,
    Usage,
)
from commerce.catalog.plans.period_price import phase_of, price_period, price_usage
from commerce.shared.codec import from_plain, to_plain
from commerce.shared.money import Money

SEATS = Charge(
    code="seats",
    title="Seats",
    model=ChargeModel.GRADUATED,
    tiers=(
        Tier(up_to=Decimal(5), flat_minor=100_00),
        Tier(up_to=Decimal(10), unit_minor=Decimal(8_00)),
        Tier(unit_minor=Decimal(5_00)),
    ),
)
CALLS = Charge(
    code="calls",
    title="Calls",
    model=ChargeModel.PER_UNIT,
    cadence=Cadence.METERED,
    meter="calls",
    unit_minor=Decimal("0.05"),
    included_units=Decimal(1000),
)


def terms(price=10_00, **more):
    return PlanTerms(
        plan_id=UUID(int=1),
        code="team",
        version=1,
        title="Team",
        kind=PlanKind.ACCESS,
        interval_unit=IntervalUnit.MONTH,
        interval_count=1,
        trial_days=0,
        feature="team",
        price=Money(price, "USD"),
        **more,
    )


def charged(price):
    return {charge.code: charge.amount.minor for charge in price.charges}


class TestAPeriod:
    def test_of_a_plain_plan_is_units_at_a_price(self):
        price = price_period(terms=terms(), quantity=3, period=0)

        assert (price.unit_price.minor, price.total.minor, price.charges) == (10_00, 30_00, ())

    def test_has_its_charges_beside_the_units(self):
        price = price_period(terms=terms(price=0, charges=(SEATS,)), quantity=12, period=4)

        assert charged(price) == {"seats": 150_00}
        assert [part.amount.minor for part in price.charges[0].parts] == [100_00, 40_00, 10_00]
        assert price.total.minor == 150_00

    def test_leaves_out_what_comes_to_nothing(self):
        free = Charge(
            code="free",
            title="Free",
            model=ChargeModel.PER_UNIT,
            unit_minor=Decimal(1),
            included_units=Decimal(10),
        )

        assert price_period(terms=terms(charges=(free,)), quantity=10, period=0).charges == ()

    def test_asks_the_setup_fee_once(self):
        with_fee = terms(setup_fee_minor=49_00)

        first, second = (price_period(terms=with_fee, quantity=1, period=x) for x in (0, 1))

        assert charged(first) == {"setup_fee": 49_00}
        assert (first.total.minor, second.total.minor) == (59_00, 10_00)

    def test_is_not_priced_where_no_price_was_agreed(self):
        nameless = PlanTerms(
            **{name: getattr(terms(), name) for name in PlanTerms.__slots__} | {"price": None}
        )

        with pytest.raises(ValueError, match="names no price"):
            price_period(terms=nameless, quantity=1, period=0)


class TestPhases:
    TRIAL_INTRO_STEP = (
        PlanPhase(periods=1, title="Free", percent_off=Decimal(100)),
        PlanPhase(periods=2, title="Half", percent_off=Decimal(50)),
        PlanPhase(periods=1, title="Step", price_minor=8_00),
    )

    def test_follow_one_another_and_end(self):
        stepped = terms(phases=self.TRIAL_INTRO_STEP)

        totals = [price_period(terms=stepped, quantity=1, period=x).total.minor for x in range(6)]

        assert totals == [0, 5_00, 5_00, 8_00, 10_00, 10_00]

    def test_take_their_part_off_charges_and_the_minimum_but_not_off_the_fee(self):
        half = terms(
            price=10_00,
            charges=(SEATS,),
            minimum_minor=200_00,
            setup_fee_minor=49_00,
            phases=(PlanPhase(periods=1, percent_off=Decimal(50)),),
        )

        price = price_period(terms=half, quantity=1, period=0)

        assert charged(price) == {"seats": 50_00, "minimum": 45_00, "setup_fee": 49_00}
        assert [part.kind for part in price.charges[0].parts] == ["flat", "phase"]

    @given(st.lists(st.integers(1, 12), max_size=4), st.integers(0, 60))
    def test_tile_the_first_periods(self, lengths, period):
        phases = tuple(PlanPhase(periods=n, title=str(i)) for i, n in enumerate(lengths))

        found = phase_of(phases, period)

        tiles = [str(i) for i, n in enumerate(lengths) for _ in range(n)]
        assert (found and found.title) == (tiles[period] if period < len(tiles) else None)


class TestAShortPeriod:
    def test_costs_its_days(self):
        price = price_period(
            terms=terms(charges=(SEATS,), setup_fee_minor=49_00),
            quantity=2,
            period=0,
            days=10,
            of_days=31,
        )

        assert price.unit_price.minor == 3_23
        assert charged(price) == {"seats": 32_26, "setup_fee": 49_00}

    @given(st.integers(1, 366), st.integers(1, 50))
    def test_never_costs_more_than_a_whole_one(self, days, quantity):
        of_days = 366
        whole = price_period(terms=terms(charges=(SEATS,)), quantity=quantity, period=1)
        short = price_period(
            terms=terms(charges=(SEATS,)), quantity=quantity, period=1, days=days, of_days=of_days
        )

        assert short.total <= whole.total


class TestMeteredCharges:
    METERED = terms(price=10_00, charges=(SEATS, CALLS), minimum_minor=200_00)

    def test_are_not_part_of_what_is_billed_before(self):
        price = price_period(terms=self.METERED, quantity=6, period=0)

        assert charged(price) == {"seats": 108_00}

    def test_are_priced_when_the_usage_is_known(self):
        price = price_usage(
            terms=self.METERED,
            quantity=6,
            period=0,
            usage={"calls": Usage(quantity=Decimal(121_000))},
        )

        # 60 for the units and 108 for the seats were billed before: the minimum is reached.
        assert charged(price) == {"calls": 60_00}
        assert price.total.minor == 60_00

    def test_leave_what_is_missing_to_the_minimum(self):
        price = price_usage(terms=self.METERED, quantity=6, period=0, usage={})

        assert charged(price) == {"minimum": 32_00}
        assert price.total.minor == 32_00


class TestTerms:
    @given(st.integers(1, 100), st.integers(0, 8))
    def test_price_the_same_after_they_were_stored(self, quantity, period):
        agreed = terms(
            charges=(SEATS, CALLS),
            setup_fee_minor=49_00,
            minimum_minor=200_00,
            phases=TestPhases.TRIAL_INTRO_STEP,
        )

        stored = from_plain(PlanTerms, to_plain(agreed))

        assert stored == agreed
        assert price_period(terms=stored, quantity=quantity, period=period) == price_period(
            terms=agreed, quantity=quantity, period=period
        )
