"""Revenue: earned unit by unit, and in the end exactly what was charged and not credited."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commerce.billing.invoices.credits import LineCredit, credit_amount, credit_units
from commerce.billing.invoices.models import InvoiceLine
from commerce.billing.orders.models import OrderLine
from commerce.billing.orders.recognition import earned_by
from commerce.shared.money import Money


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


@given(st.integers(0, 10**5), st.integers(1, 12), st.data())
def test_nothing_stays_deferred_once_every_unit_has_left_or_was_given_up(net, quantity, data):
    line = InvoiceLine(
        quantity=quantity, net_minor=net, tax_minor=0, total_minor=net, currency="USD"
    )
    order_line = OrderLine(quantity=quantity)
    goodwill = data.draw(st.integers(0, net))
    for credit in credit_amount([line], Money(goodwill, "USD")):
        book(credit)

    while (left := quantity - order_line.quantity_dispatched - order_line.quantity_canceled) > 0:
        units = data.draw(st.integers(1, left))
        if data.draw(st.booleans()):
            order_line.quantity_dispatched += units
            line.recognized_minor += earned_by(line, of=order_line).minor
        else:
            order_line.quantity_canceled += units
            book(credit_units(line, units, came_back=False))

    assert line.deferred_minor == 0


def book(credit: LineCredit) -> None:
    """What issuing a credit note does to the line."""
    credit.line.credited_quantity += credit.quantity
    credit.line.credited_net_minor += credit.net.minor
    credit.line.released_minor += credit.deferred.minor


def test_nothing_is_earned_by_what_will_not_come():
    line = InvoiceLine(net_minor=10, recognized_minor=0, released_minor=10, currency="USD")

    assert earned_by(line, of=OrderLine(quantity=2, quantity_canceled=2)).minor == 0
