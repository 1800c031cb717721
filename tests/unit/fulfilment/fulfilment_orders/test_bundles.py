"""The parts of a bundle together: named by the bundle, broken with it, returned whole."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.fulfilment.fulfilment_orders.bundles import (
    BundleReturnsWhole,
    breaks_with,
    refuse_torn_bundles,
    unbundled,
)
from commerce.fulfilment.interface.dto import FulfilmentLine

BUNDLE, MUGS, TRAYS, OTHER = (UUID(int=n) for n in range(1, 5))


def part(line_id, per_bundle):
    return FulfilmentLine(
        line_id=line_id,
        sku=str(line_id),
        title="",
        quantity=3 * per_bundle,
        bundle_id=BUNDLE,
        per_bundle=per_bundle,
    )


LINES = [
    part(MUGS, 6),
    part(TRAYS, 1),
    FulfilmentLine(line_id=OTHER, sku="other", title="", quantity=9),
]


class TestUnbundled:
    def test_names_the_parts_of_a_bundle(self):
        assert unbundled({BUNDLE: 2, OTHER: 1}, LINES) == {MUGS: 12, TRAYS: 2, OTHER: 1}

    def test_adds_to_a_part_that_is_named_as_well(self):
        assert unbundled({BUNDLE: 1, TRAYS: 1}, LINES) == {MUGS: 6, TRAYS: 2}

    def test_leaves_everything_else_as_it_is(self):
        assert unbundled({MUGS: 3, OTHER: 1}, LINES) == {MUGS: 3, OTHER: 1}


class TestBreaksWith:
    @pytest.mark.parametrize(
        ("mugs", "trays", "bundles"),
        [(0, 0, 0), (1, 0, 1), (6, 0, 1), (7, 0, 2), (0, 2, 2), (13, 1, 3)],
    )
    def test_breaks_as_many_bundles_as_the_part_that_is_missing_most(self, mugs, trays, bundles):
        assert breaks_with({MUGS: mugs, TRAYS: trays}, LINES) == {
            MUGS: 6 * bundles,
            TRAYS: bundles,
        }

    @given(mugs=st.integers(0, 18), trays=st.integers(0, 3))
    def test_never_spares_what_was_canceled(self, mugs, trays):
        broken = breaks_with({MUGS: mugs, TRAYS: trays}, LINES)

        assert broken[MUGS] >= mugs
        assert broken[TRAYS] >= trays


class TestRefuseTornBundles:
    def test_lets_whole_bundles_and_other_lines_come_back(self):
        refuse_torn_bundles({MUGS: 12, TRAYS: 2, OTHER: 1}, LINES)

    @pytest.mark.parametrize("units", [{MUGS: 6}, {TRAYS: 1}, {MUGS: 5, TRAYS: 1}])
    def test_refuses_parts(self, units):
        with pytest.raises(BundleReturnsWhole):
            refuse_torn_bundles(units, LINES)
