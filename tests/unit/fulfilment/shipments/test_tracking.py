"""What a carrier's events say: the same whatever order they arrive in."""

import itertools

import pytest

from commerce.fulfilment.shipments.tracking import status_told


class TestStatusTold:
    @pytest.mark.parametrize(
        ("events", "told"),
        [
            ([], None),
            ([(1, "label_created")], None),
            ([(1, "label_created"), (2, "canceled")], None),
            ([(1, "label_created"), (2, "accepted")], "dispatched"),
            ([(2, "accepted"), (3, "in_transit"), (4, "out_for_delivery")], "dispatched"),
            ([(2, "accepted"), (3, "exception")], "exception"),
            ([(2, "accepted"), (3, "exception"), (4, "in_transit")], "dispatched"),
            ([(2, "accepted"), (3, "lost")], "lost"),
            ([(3, "lost"), (4, "delivered")], "delivered"),
            ([(3, "delivered"), (4, "exception")], "delivered"),
            ([(2, "accepted"), (3, "a word nobody knows")], "dispatched"),
        ],
    )
    def test_is_the_same_in_every_order_of_arrival(self, events, told):
        for arrival in itertools.permutations(events):
            assert status_told(arrival) == told
