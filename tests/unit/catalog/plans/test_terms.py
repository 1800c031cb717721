"""The rules recurring terms must keep."""

from dataclasses import replace
from decimal import Decimal

import pytest

from commerce.catalog.interface.dto import (
    Cadence,
    Charge,
    ChargeModel,
    IntervalUnit,
    PlanKind,
    PlanPhase,
    Tier,
)
from commerce.catalog.plans.terms import NewPlan, PlanCharges, check_plan
from commerce.catalog.products.drafts import InvalidField

COFFEE = NewPlan(
    code="coffee-monthly",
    title="Coffee every month",
    kind=PlanKind.GOODS,
    interval_unit=IntervalUnit.MONTH,
    sku="COFFEE",
    amounts_minor={"USD": 6_99},
)
PER_CALL = Charge(
    code="calls",
    title="Calls",
    model=ChargeModel.PER_UNIT,
    cadence=Cadence.METERED,
    meter="calls",
    unit_minor=Decimal("0.05"),
)
TIERED = Charge(
    code="seats",
    title="Seats",
    model=ChargeModel.GRADUATED,
    tiers=(Tier(up_to=Decimal(5), flat_minor=10_00), Tier(unit_minor=Decimal(1_00))),
)
ACCESS = replace(COFFEE, kind=PlanKind.ACCESS, sku=None, feature="membership")


class TestCheckPlan:
    @pytest.mark.parametrize("plan", [COFFEE, ACCESS], ids=["goods", "access"])
    def test_lets_good_terms_pass(self, plan):
        check_plan(plan)

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("code", {"code": "Coffee"}),
            ("code", {"code": "c" * 101}),
            ("title", {"title": ""}),
            ("title", {"title": "\x00"}),
            ("interval_count", {"interval_count": 0}),
            ("interval_count", {"interval_count": 121}),
            ("interval_count", {"interval_unit": IntervalUnit.YEAR, "interval_count": 11}),
            ("trial_days", {"trial_days": -1}),
            ("kind", {"sku": None}),
            ("kind", {"feature": "membership"}),
            ("kind", {"kind": PlanKind.ACCESS}),
            ("feature", {"kind": PlanKind.ACCESS, "sku": None, "feature": "Member Ship"}),
            ("tax_category", {"tax_category": ""}),
            ("prices", {"amounts_minor": {}}),
            ("prices", {"amounts_minor": {"XXX": 1}}),
            ("prices", {"amounts_minor": {"USD": -1}}),
            ("prices", {"amounts_minor": {"USD": 1_000_000_000_001}}),
            ("prices", {"charges_by_currency": {"EUR": PlanCharges()}}),
            ("prices", {"charges_by_currency": {"USD": PlanCharges(setup_fee_minor=-1)}}),
            (
                "prices",
                {
                    "amounts_minor": {"USD": 1, "EUR": 1},
                    "charges_by_currency": {"USD": PlanCharges(charges=(PER_CALL,))},
                },
            ),
            ("anchor_day", {"anchor_day": 29}),
            ("anchor_day", {"anchor_day": 1, "interval_unit": IntervalUnit.WEEK}),
        ],
    )
    def test_names_the_field_that_is_wrong(self, field, changes):
        with pytest.raises(InvalidField) as refused:
            check_plan(replace(COFFEE, **changes))

        assert refused.value.field == field


def with_charges(*charges, **more):
    beside = PlanCharges(charges=charges, **more)
    return replace(ACCESS, charges_by_currency={"USD": beside})


class TestCheckCharges:
    def test_lets_good_ones_pass(self):
        half = PlanPhase(periods=3, percent_off=Decimal(50))

        check_plan(with_charges(PER_CALL, TIERED, setup_fee_minor=49_00, phases=(half,)))

    @pytest.mark.parametrize(
        ("field", "charge", "changes"),
        [
            ("charges.code", PER_CALL, {"code": "Calls"}),
            ("charges.code", PER_CALL, {"code": "setup_fee"}),
            ("charges.title", PER_CALL, {"title": " "}),
            ("charges.meter", PER_CALL, {"meter": None}),
            ("charges.meter", PER_CALL, {"meter": "API calls"}),
            ("charges.meter", TIERED, {"meter": "calls"}),
            ("charges.model", PER_CALL, {"model": ChargeModel.FLAT}),
            ("charges.model", TIERED, {"model": ChargeModel.PERCENTAGE, "tiers": ()}),
            ("charges.unit_minor", PER_CALL, {"unit_minor": Decimal(-1)}),
            ("charges.unit_minor", PER_CALL, {"unit_minor": Decimal("NaN")}),
            ("charges.unit_minor", PER_CALL, {"unit_minor": Decimal("1e-99")}),
            ("charges.percent", PER_CALL, {"percent": Decimal(1)}),
            ("charges.included_units", PER_CALL, {"included_units": Decimal("Infinity")}),
            ("charges.free_events", PER_CALL, {"free_events": 1}),
            ("charges.minimum_minor", PER_CALL, {"minimum_minor": -1}),
            ("charges.maximum_minor", PER_CALL, {"minimum_minor": 2, "maximum_minor": 1}),
            ("charges.package_size", PER_CALL, {"model": ChargeModel.PACKAGE}),
            ("charges.package_size", PER_CALL, {"package_size": Decimal(10)}),
            (
                "charges.package_size",
                PER_CALL,
                {"model": ChargeModel.PACKAGE, "package_size": Decimal(0)},
            ),
            ("charges.tiers", TIERED, {"tiers": ()}),
            ("charges.tiers", PER_CALL, {"tiers": TIERED.tiers}),
            ("charges.tiers", TIERED, {"unit_minor": Decimal(1)}),
            ("charges.tiers", TIERED, {"model": ChargeModel.STAIRSTEP}),
            ("charges.tiers.up_to", TIERED, {"tiers": TIERED.tiers[:1]}),
            ("charges.tiers.up_to", TIERED, {"tiers": TIERED.tiers[1:] * 2}),
            (
                "charges.tiers.up_to",
                TIERED,
                {"tiers": (Tier(up_to=Decimal(5)), Tier(up_to=Decimal(5)), Tier())},
            ),
            ("charges.tiers.percent", TIERED, {"tiers": (Tier(percent=Decimal(1)),)}),
            ("charges.tiers.package_size", TIERED, {"tiers": (Tier(package_size=Decimal(0)),)}),
        ],
    )
    def test_names_the_field_that_is_wrong(self, field, charge, changes):
        with pytest.raises(InvalidField) as refused:
            check_plan(with_charges(replace(charge, **changes)))

        assert refused.value.field == field

    def test_needs_a_code_for_each(self):
        with pytest.raises(InvalidField) as refused:
            check_plan(with_charges(PER_CALL, PER_CALL))

        assert refused.value.field == "charges.code"

    @pytest.mark.parametrize(
        ("field", "phase"),
        [
            ("phases.periods", PlanPhase(periods=0, price_minor=1)),
            ("phases", PlanPhase(periods=1)),
            ("phases", PlanPhase(periods=1, price_minor=1, percent_off=Decimal(1))),
            ("phases.percent_off", PlanPhase(periods=1, percent_off=Decimal(101))),
            ("phases.price_minor", PlanPhase(periods=1, price_minor=-1)),
            ("phases.title", PlanPhase(periods=1, price_minor=1, title="\x00")),
        ],
    )
    def test_names_what_is_wrong_with_a_phase(self, field, phase):
        with pytest.raises(InvalidField) as refused:
            check_plan(with_charges(phases=(phase,)))

        assert refused.value.field == field
