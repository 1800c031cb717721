"""An order's payment and fulfilment status, from what has become of its units and its money."""

from __future__ import annotations

import pytest

from commerce.billing.orders.statuses import LineUnits, fulfilment_status_of, payment_status_of


def units(ordered, dispatched=0, canceled=0, returned=0):
    return LineUnits(ordered=ordered, dispatched=dispatched, canceled=canceled, returned=returned)


@pytest.mark.parametrize(
    ("lines", "all_delivered", "status"),
    [
        ([], True, "not_required"),
        ([units(2)], True, "unfulfilled"),
        ([units(2, 1)], True, "partially_fulfilled"),
        ([units(2, 2), units(1)], False, "partially_fulfilled"),
        ([units(2, 2), units(1, 1)], False, "fulfilled"),
        ([units(2, 2)], True, "delivered"),
        ([units(2, 1, canceled=1)], False, "fulfilled"),
        ([units(2, canceled=2)], True, "canceled"),
        ([units(2, 2, returned=1)], True, "partially_returned"),
        ([units(2, 2, returned=2)], True, "returned"),
        ([units(2, 1, canceled=1, returned=1)], True, "returned"),
        ([units(2, 2, returned=2), units(1, 1)], True, "partially_returned"),
    ],
)
def test_fulfilment(lines, all_delivered, status):
    assert fulfilment_status_of(lines, all_delivered=all_delivered) == status


@pytest.mark.parametrize(
    ("captured", "refunded", "status"),
    [(10, 0, "paid"), (10, 1, "partially_refunded"), (10, 10, "refunded")],
)
def test_payment(captured, refunded, status):
    assert payment_status_of(captured_minor=captured, refunded_minor=refunded) == status
