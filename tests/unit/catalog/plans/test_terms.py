"""The rules recurring terms must keep."""

from dataclasses import replace

import pytest

from commerce.catalog.interface.dto import IntervalUnit, PlanKind
from commerce.catalog.plans.terms import NewPlan, check_plan
from commerce.catalog.products.drafts import InvalidField

COFFEE = NewPlan(
    code="coffee-monthly",
    title="Coffee every month",
    kind=PlanKind.GOODS,
    interval_unit=IntervalUnit.MONTH,
    sku="COFFEE",
    amounts_minor={"USD": 6_99},
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
        ],
    )
    def test_names_the_field_that_is_wrong(self, field, changes):
        with pytest.raises(InvalidField) as refused:
            check_plan(replace(COFFEE, **changes))

        assert refused.value.field == field
