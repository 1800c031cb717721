"""Charges: exact for every quantity, never dearer for less, and explained to the cent."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.interface.dto import Charge, ChargeModel, PartKind, Tier, Usage
from commerce.catalog.plans.charges import rate, rate_more, reduced

SUB_CENT = st.decimals(0, 1000, places=4)
QUANTITIES = st.decimals(0, 5000, places=3)
IN_PARTS = (ChargeModel.GRADUATED, ChargeModel.VOLUME)


@st.composite
def tiers(draw, *, model):
    widths = draw(st.lists(st.integers(1, 500), max_size=4))
    bounds = [*map(Decimal, accumulate(widths)), None]
    flats = draw(st.lists(st.integers(0, 5000), min_size=len(bounds), max_size=len(bounds)))
    if model is ChargeModel.STAIRSTEP:
        flats.sort()
    return tuple(
        Tier(
            up_to=bound,
            flat_minor=flat,
            unit_minor=draw(SUB_CENT) if model in IN_PARTS else Decimal(0),
            percent=draw(st.decimals(0, 100, places=2))
            if model is ChargeModel.PERCENTAGE
            else Decimal(0),
            package_size=draw(st.sampled_from([None, Decimal(7)])) if model in IN_PARTS else None,
        )
        for bound, flat in zip(bounds, flats, strict=True)
    )


@st.composite
def charges(draw, *models, limits=True):
    model = draw(st.sampled_from(models or list(ChargeModel)))
    minimum = draw(st.integers(0, 20_000)) if limits else 0
    tiered = model in (*IN_PARTS, ChargeModel.STAIRSTEP, ChargeModel.PERCENTAGE)
    return Charge(
        code="it",
        title="It",
        model=model,
        unit_minor=Decimal(0) if tiered else draw(SUB_CENT),
        package_size=Decimal(10) if model is ChargeModel.PACKAGE else None,
        tiers=draw(tiers(model=model)) if tiered else (),
        included_units=draw(st.decimals(0, 50, places=1)),
        flat_at_zero=draw(st.booleans()),
        minimum_minor=minimum,
        maximum_minor=draw(st.none() | st.integers(minimum, 90_000)) if limits else None,
    )


def rated(charge, quantity):
    return rate(charge, Usage(quantity=quantity), currency="EUR")


class TestAnyCharge:
    @given(charges(), QUANTITIES)
    def test_is_the_sum_of_its_parts(self, charge, quantity):
        found = rated(charge, quantity)

        assert sum(part.amount.minor for part in found.parts) == found.amount.minor

    @given(charges(), QUANTITIES)
    def test_is_whole_minor_units_and_knows_no_float(self, charge, quantity):
        found = rated(charge, quantity)

        numbers = [x for part in found.parts for x in (part.quantity, part.rate) if x is not None]
        assert all(type(x) is Decimal for x in numbers)
        assert type(found.amount.minor) is int
        assert found.amount.minor >= 0

    @given(charges(), QUANTITIES)
    def test_stays_between_its_limits(self, charge, quantity):
        found = rated(charge, quantity).amount.minor

        assert found >= charge.minimum_minor
        assert charge.maximum_minor is None or found <= charge.maximum_minor

    @given(charges(limits=False), QUANTITIES)
    def test_is_rounded_once(self, charge, quantity):
        found = rated(charge, quantity)

        exact = sum(
            (
                Fraction(part.quantity)
                * Fraction(part.rate)
                / (100 if part.kind is PartKind.PERCENT else 1)
                for part in found.parts
            ),
            Fraction(0),
        )
        assert abs(found.amount.minor - exact) <= Fraction(1, 2)

    @given(
        charges(
            ChargeModel.FLAT,
            ChargeModel.PER_UNIT,
            ChargeModel.PACKAGE,
            ChargeModel.GRADUATED,
            ChargeModel.STAIRSTEP,
            ChargeModel.PERCENTAGE,
        ),
        QUANTITIES,
        QUANTITIES,
    )
    def test_never_costs_more_for_less(self, charge, one, other):
        # Volume prices may: the units above a border make all of them cheaper.
        less, more = sorted([one, other])

        assert rated(charge, less).amount <= rated(charge, more).amount

    @given(charges(), QUANTITIES, QUANTITIES)
    def test_comes_to_the_same_billed_in_steps_and_at_once(self, charge, one, other):
        less, more = (Usage(quantity=x) for x in sorted([one, other]))

        first = rate(charge, less, currency="EUR")
        then = rate_more(charge, more, after=less, currency="EUR")

        assert first.amount + then.amount == rated(charge, more.quantity).amount
        assert sum(part.amount.minor for part in then.parts) == then.amount.minor


class TestTiers:
    @given(charges(ChargeModel.GRADUATED, limits=False), QUANTITIES)
    def test_tile_the_line(self, charge, quantity):
        plain = [Tier(up_to=tier.up_to, unit_minor=Decimal(1)) for tier in charge.tiers]
        counting = Charge(code="n", title="N", model=ChargeModel.GRADUATED, tiers=tuple(plain))

        parts = rate(counting, Usage(quantity=quantity), currency="EUR").parts

        assert sum((part.quantity or 0 for part in parts), Decimal(0)) == quantity

    @given(charges(ChargeModel.VOLUME, limits=False), QUANTITIES)
    def test_of_a_volume_price_apply_one_at_a_time(self, charge, quantity):
        kinds = [part.kind for part in rated(charge, quantity).parts]

        assert len(kinds) == len(set(kinds))

    @pytest.mark.parametrize(("model", "amount"), [("graduated", 0), ("volume", 0)])
    def test_cost_nothing_at_zero_unless_they_say_so(self, model, amount):
        tier = Tier(flat_minor=5_00)
        silent = Charge(code="it", title="It", model=ChargeModel(model), tiers=(tier,))
        spoken = Charge(
            code="it", title="It", model=ChargeModel(model), tiers=(tier,), flat_at_zero=True
        )

        assert rated(silent, Decimal(0)).amount.minor == amount
        assert rated(spoken, Decimal(0)).amount.minor == 5_00


class TestAStairstep:
    STEPS = (
        Tier(up_to=Decimal(5), flat_minor=20_00),
        Tier(up_to=Decimal(20), flat_minor=50_00),
        Tier(flat_minor=90_00),
    )

    @pytest.mark.parametrize(
        ("seats", "amount"), [(1, 20_00), (5, 20_00), (6, 50_00), (20, 50_00), (21, 90_00)]
    )
    def test_costs_what_its_step_says(self, seats, amount):
        charge = Charge(code="it", title="It", model=ChargeModel.STAIRSTEP, tiers=self.STEPS)

        assert rated(charge, Decimal(seats)).amount.minor == amount


class TestIncludedUnits:
    def test_are_not_charged_for(self):
        charge = Charge(
            code="it",
            title="It",
            model=ChargeModel.PER_UNIT,
            unit_minor=Decimal("0.25"),
            included_units=Decimal(1000),
        )

        assert rated(charge, Decimal(1000)).amount.minor == 0
        assert rated(charge, Decimal(1003)).amount.minor == 1


class TestFreeEvents:
    CHARGE = Charge(
        code="it",
        title="It",
        model=ChargeModel.PERCENTAGE,
        percent=Decimal(2),
        unit_minor=Decimal(30),
        free_events=2,
    )

    def test_take_what_they_come_to_out_of_the_percentage(self):
        usage = Usage(
            quantity=Decimal(100_00), events=3, first_amounts=(Decimal(10_00), Decimal(40_00))
        )

        found = rate(self.CHARGE, usage, currency="EUR")

        assert [(part.kind, part.amount.minor) for part in found.parts] == [
            ("percent", 1_00),
            ("events", 30),
        ]

    def test_may_be_more_than_there_are(self):
        usage = Usage(quantity=Decimal(10_00), events=1, first_amounts=(Decimal(10_00),))

        assert rate(self.CHARGE, usage, currency="EUR").amount.minor == 0


class TestReduced:
    @given(charges(), QUANTITIES, st.fractions(0, 1), st.fractions(0, 1))
    def test_explains_what_it_took(self, charge, quantity, kept, share):
        whole = rated(charge, quantity)

        less = reduced(whole, kept=kept, share=share)

        assert sum(part.amount.minor for part in less.parts) == less.amount.minor
        assert less.amount == whole.amount.times(kept * share)
