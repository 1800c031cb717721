"""The life of a price list: draft → active → ended, and no other way."""

import datetime as dt
from itertools import product as pairs

import pytest
from django_fsm import can_proceed

from commerce.catalog.models import PriceList

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
ALLOWED = {
    ("draft", "activate"): "active",
    ("draft", "end"): "ended",
    ("active", "end"): "ended",
}


class TestPriceListStates:
    @pytest.mark.parametrize(
        ("status", "transition"), list(pairs(["draft", "active", "ended"], ["activate", "end"]))
    )
    def test_changes_only_as_allowed(self, status, transition):
        row = PriceList(status=status)

        assert can_proceed(getattr(row, transition)) == ((status, transition) in ALLOWED)
        if (status, transition) in ALLOWED:
            getattr(row, transition)(at=NOON)
            assert row.status == ALLOWED[status, transition]
