"""Sharing allocated units out to lines: every unit once, lines and locations in their order."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from commerce.fulfilment.fulfilment_orders.sharing_out import UnitsAt, share_out, units_by_sku
from tests.factories.fulfilment import line

EAST, WEST = UUID(int=1), UUID(int=2)


class TestShareOut:
    def test_adds_up_lines_of_one_sku(self):
        assert units_by_sku([line("mug", 3), line("tea", 1), line("mug", 2)]) == {
            "mug": 5,
            "tea": 1,
        }

    def test_fills_lines_in_their_order_from_locations_in_theirs(self):
        first, second = line("mug", 3), line("mug", 2)
        units = [
            UnitsAt(level_id=EAST, sku="mug", units=2),
            UnitsAt(level_id=WEST, sku="mug", units=3),
        ]

        shares = share_out([first, second], units)

        assert [(share.line_id, share.level_id, share.units) for share in shares] == [
            (first.line_id, EAST, 2),
            (first.line_id, WEST, 1),
            (second.line_id, WEST, 2),
        ]

    @given(st.lists(st.integers(min_value=1, max_value=9), min_size=1, max_size=6), st.data())
    def test_gives_every_line_all_and_every_unit_away(self, quantities, data):
        lines = [line("mug", quantity) for quantity in quantities]
        total = sum(quantities)
        at_east = data.draw(st.integers(min_value=0, max_value=total))
        units = [
            UnitsAt(level_id=EAST, sku="mug", units=at_east),
            UnitsAt(level_id=WEST, sku="mug", units=total - at_east),
        ]

        shares = share_out(lines, units)

        for each in lines:
            of_line = [share.units for share in shares if share.line_id == each.line_id]
            assert sum(of_line) == each.quantity
        assert sum(share.units for share in shares if share.level_id == EAST) == at_east
