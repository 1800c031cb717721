"""Revenue: earned unit by unit, and in the end exactly what was charged and not credited."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commerce.billing.invoices.models import InvoiceLine
from commerce.billing.orders.models import OrderLine
from commerce.billing.orders.recognition import earned_by


@given(st.integers(0, 10**7), st.integers(1, 40), st.data())
def test_parcels_earn_the_whole_to_the_cent(net, quantity, data):
    released = data.draw(st.integers(0, net))
    canceled = data.draw(st.integers(0, quantity - 1))
    line = InvoiceLine(net_minor=net, recognized_minor=0, released_minor=released, currency="USD")
    order_line = OrderLine(quantity=quantity, quantity_canceled=canceled, quantity_dispatched=0)

    while order_line.quantity_dispatched < quantity - canceled:
        left = quantity - canceled - order_line.quantity_dispatched
        order_line.quantity_dispatched += data.draw(st.integers(1, left))
        earned = earned_by(line, of=order_line)
        assert earned.minor >= 0
        line.recognized_minor += earned.minor
        assert line.deferred_minor >= 0

    assert line.recognized_minor == net - released


def test_nothing_is_earned_by_what_will_not_come():
    line = InvoiceLine(net_minor=10, recognized_minor=0, released_minor=10, currency="USD")

    assert earned_by(line, of=OrderLine(quantity=2, quantity_canceled=2)).minor == 0
