"""Revenue of one invoice line: earned unit by unit as it leaves, to the cent over all shipments."""

from __future__ import annotations

from fractions import Fraction

from commerce.billing.invoices.models import InvoiceLine
from commerce.billing.orders.models import OrderLine
from commerce.shared.money import Money


def earned_by(line: InvoiceLine, *, of: OrderLine) -> Money:
    """Tell how much more is earned now that `of.quantity_dispatched` units have left in all.

    Reckoned from the whole each time, so that rounding never adds up: with the last unit exactly
    what was charged and not credited is earned.
    """
    to_deliver = of.quantity - of.quantity_canceled
    if to_deliver == 0:
        return Money.zero(line.currency)
    charged = Money(line.net_minor - line.released_minor, line.currency)
    earned = charged.times(Fraction(of.quantity_dispatched, to_deliver))
    return Money(max(earned.minor - line.recognized_minor, 0), line.currency)
