"""How much of an invoice line goes back: from its own stored amounts, never from today's prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from commerce.billing.invoices.models import InvoiceLine
from commerce.shared.errors import Conflict
from commerce.shared.money import Money


class QuantityExceedsRefundable(Conflict):
    """More units are to be refunded than were charged and not refunded yet."""

    code = "quantity_exceeds_refundable"

    def __init__(self, *, wanted: int, refundable: int) -> None:
        super().__init__(f"{wanted} units are wanted back, {refundable} can be")
        self.wanted, self.refundable = wanted, refundable


class RefundExceedsBalance(Conflict):
    """More would go back than was charged and not given back yet."""

    code = "refund_exceeds_balance"

    def __init__(self, *, wanted: Money, refundable: Money) -> None:
        super().__init__(f"{wanted} is more than the {refundable} that can go back")
        self.wanted, self.refundable = wanted, refundable


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCredit:
    """What goes back of one line. `earned` of the net had become revenue, the rest was deferred."""

    line: InvoiceLine
    quantity: int
    net: Money
    tax: Money
    earned: Money

    @property
    def total(self) -> Money:
        return self.net + self.tax

    @property
    def deferred(self) -> Money:
        return self.net - self.earned


def credit_units(line: InvoiceLine, quantity: int, *, came_back: bool) -> LineCredit:
    """Give back units: their shares of the line's net and tax, the last unit with what is left.

    `came_back`: they had been delivered, so it is revenue that is taken back.

    Raises:
        QuantityExceedsRefundable: so many are not left.
    """
    refundable = line.quantity - line.credited_quantity
    if quantity > refundable:
        raise QuantityExceedsRefundable(wanted=quantity, refundable=refundable)
    first, last = line.credited_quantity, line.credited_quantity + quantity
    tax_minor = _share(line.tax_minor, line.quantity, first, last)
    if line.prices_include_tax:
        # Units that were sold for ten each give ten back each; the split of it may differ by one.
        net_minor = _share(line.total_minor, line.quantity, first, last) - tax_minor
    else:
        net_minor = _share(line.net_minor, line.quantity, first, last)
    return _credit(
        line,
        quantity,
        net_minor=net_minor,
        tax_minor=tax_minor,
        takes_earned_first=came_back,
    )


def credit_amount(lines: Sequence[InvoiceLine], amount: Money) -> list[LineCredit]:
    """Give back an amount, tax included, spread over the lines by what is left of each.

    Raises:
        RefundExceedsBalance: so much is not left.
    """
    left = [_left(line) for line in lines]
    refundable = Money(sum(left), amount.currency)
    if amount > refundable:
        raise RefundExceedsBalance(wanted=amount, refundable=refundable)
    line_credits = []
    for line, rest, part in zip(lines, left, amount.allocate(left), strict=True):
        if not part:
            continue
        tax_left = line.tax_minor - line.credited_tax_minor
        tax = part.times(Fraction(tax_left, rest))
        line_credits.append(
            _credit(
                line,
                0,
                net_minor=(part - tax).minor,
                tax_minor=tax.minor,
                takes_earned_first=False,
            )
        )
    return line_credits


def credit_rest(lines: Sequence[InvoiceLine]) -> list[LineCredit]:
    """Give back whatever is left of every line."""
    return [
        _credit(
            line,
            line.quantity - line.credited_quantity,
            net_minor=line.net_minor,
            tax_minor=line.tax_minor,
            takes_earned_first=False,
        )
        for line in lines
        if _left(line)
    ]


def _left(line: InvoiceLine) -> int:
    return line.total_minor - line.credited_net_minor - line.credited_tax_minor


def _share(minor: int, units: int, first: int, last: int) -> int:
    """Sum the parts of units first…last of an even split, larger parts to earlier units."""
    each, more = divmod(minor, units)
    return each * (last - first) + min(last, more) - min(first, more)


def _credit(
    line: InvoiceLine, quantity: int, *, net_minor: int, tax_minor: int, takes_earned_first: bool
) -> LineCredit:
    """Cap by what earlier credits have left, and find out where the net comes from."""
    net_minor = min(net_minor, line.net_minor - line.credited_net_minor)
    tax_minor = min(tax_minor, line.tax_minor - line.credited_tax_minor)
    earned_before = line.credited_net_minor - line.released_minor
    earned_left = max(line.recognized_minor - earned_before, 0)
    if takes_earned_first:
        earned = min(net_minor, earned_left)
        # A cent of rounding may still be deferred; never more than there is.
        earned = max(earned, net_minor - line.deferred_minor)
    else:
        earned = net_minor - min(net_minor, line.deferred_minor)
    return LineCredit(
        line=line,
        quantity=quantity,
        net=Money(net_minor, line.currency),
        tax=Money(tax_minor, line.currency),
        earned=Money(earned, line.currency),
    )
