"""Splitting units over locations: one parcel where possible, else by priority."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.fulfilment.interface.errors import OutOfStock
from commerce.fulfilment.inventory.splitting import FreeUnits, split_units


def shelves(**units_by_location: dict[str, int]) -> list[FreeUnits]:
    """`shelves(east={"mug": 3}, west={"mug": 2})`: the first location ships first."""
    found = []
    for priority, (location, units_by_sku) in enumerate(units_by_location.items()):
        found += [
            FreeUnits(
                level_id=UUID(int=priority << 64 | hash(sku) & 0xFFFF_FFFF),
                sku=sku,
                location=location,
                priority=priority,
                units=units,
            )
            for sku, units in units_by_sku.items()
        ]
    return found


def taken(wanted: dict[str, int], free: list[FreeUnits]) -> dict[tuple[str, str], int]:
    location_of = {level.level_id: level.location for level in free}
    return {
        (part.sku, location_of[part.level_id]): part.units for part in split_units(wanted, free)
    }


class TestSplitUnits:
    def test_takes_all_from_the_first_location_that_has_all(self):
        free = shelves(east={"mug": 5}, west={"mug": 5})

        assert taken({"mug": 5}, free) == {("mug", "east"): 5}

    def test_prefers_one_parcel_to_the_first_location(self):
        free = shelves(east={"mug": 2}, west={"mug": 5})

        assert taken({"mug": 5}, free) == {("mug", "west"): 5}

    def test_splits_by_priority_when_no_location_has_enough(self):
        free = shelves(east={"mug": 3}, west={"mug": 4})

        assert taken({"mug": 5}, free) == {("mug", "east"): 3, ("mug", "west"): 2}

    def test_sends_a_whole_checkout_from_the_location_that_has_everything(self):
        free = shelves(east={"mug": 9}, west={"mug": 9, "tea": 9})

        assert taken({"mug": 1, "tea": 1}, free) == {("mug", "west"): 1, ("tea", "west"): 1}

    def test_serves_each_sku_by_itself_when_no_location_has_everything(self):
        free = shelves(east={"mug": 9}, west={"mug": 9, "tea": 1}, north={"tea": 9})

        assert taken({"mug": 1, "tea": 2}, free) == {("mug", "east"): 1, ("tea", "north"): 2}

    def test_refuses_everything_when_one_sku_is_short(self):
        free = shelves(east={"mug": 9, "tea": 1}, west={"tea": 1})

        with pytest.raises(OutOfStock) as refused:
            split_units({"mug": 1, "tea": 3}, free)

        assert (refused.value.sku, refused.value.wanted, refused.value.available) == ("tea", 3, 2)

    def test_refuses_a_sku_that_nobody_stocks(self):
        with pytest.raises(OutOfStock) as refused:
            split_units({"mug": 1}, [])

        assert refused.value.available == 0

    @given(
        st.lists(st.integers(min_value=0, max_value=9), min_size=1, max_size=5),
        st.integers(min_value=1, max_value=30),
    )
    def test_takes_exactly_what_is_wanted_and_never_more_than_there_is(self, units, wanted):
        free = shelves(**{f"w{i}": {"mug": n} for i, n in enumerate(units)})

        if sum(units) < wanted:
            with pytest.raises(OutOfStock):
                split_units({"mug": wanted}, free)
            return
        parts = split_units({"mug": wanted}, free)

        left = {level.level_id: level.units for level in free}
        assert sum(part.units for part in parts) == wanted
        assert all(0 < part.units <= left[part.level_id] for part in parts)
        assert len({part.level_id for part in parts}) == len(parts)
