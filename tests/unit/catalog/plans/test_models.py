"""The life of a plan: draft → published → retired, and no other way."""

import datetime as dt
from itertools import product as pairs

import pytest
from django_fsm import can_proceed

from commerce.catalog.models import Plan

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
ALLOWED = {
    ("draft", "publish"): "published",
    ("draft", "retire"): "retired",
    ("published", "retire"): "retired",
}


class TestPlanStates:
    @pytest.mark.parametrize(
        ("status", "transition"),
        list(pairs(["draft", "published", "retired"], ["publish", "retire"])),
    )
    def test_changes_only_as_allowed(self, status, transition):
        plan = Plan(status=status)

        assert can_proceed(getattr(plan, transition)) == ((status, transition) in ALLOWED)
        if (status, transition) in ALLOWED:
            getattr(plan, transition)(at=NOON)
            assert plan.status == ALLOWED[status, transition]
