"""What a checkout shows: prices and totals as rows, so that a later change can be noticed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from commerce.billing.checkout.models import Checkout, CheckoutLine
from commerce.billing.checkout.price_checkout import WantedLine
from commerce.billing.checkout.totals import Priced
from commerce.shared.codec import to_plain
from commerce.shared.db import insert_all, requires_transaction


def show(
    checkout: Checkout, wanted: Sequence[WantedLine], priced: Priced, *, now: datetime
) -> list[CheckoutLine]:
    """Put the prices of now on a checkout, and make the rows of its lines; stores nothing."""
    totals = priced.totals
    checkout.items = totals.items
    checkout.discount = totals.discount
    checkout.delivery = totals.delivery
    checkout.tax = totals.tax
    checkout.total = totals.total
    checkout.prices_include_tax = totals.prices_include_tax
    checkout.updated_at = now
    return [
        CheckoutLine(
            checkout=checkout,
            position=position,
            sku=line.sku,
            plan=line.plan,
            title=price.title,
            quantity=price.quantity,
            unit_price_minor=price.unit_price.minor,
            charges_minor=price.charged.minor,
            charges=to_plain(price.charges),
            discount_minor=price.discount.minor,
            tax_minor=price.tax.minor,
            total_minor=price.total.minor,
            currency=checkout.currency,
            prices_include_tax=price.prices_include_tax,
            requires_shipping=price.requires_shipping,
            weight_g=price.weight_g,
        )
        for position, (line, price) in enumerate(zip(wanted, priced.lines, strict=True))
    ]


@requires_transaction
def show_anew(
    checkout: Checkout, wanted: Sequence[WantedLine], priced: Priced, *, now: datetime
) -> list[CheckoutLine]:
    """Replace what a locked checkout shows."""
    lines = show(checkout, wanted, priced, now=now)
    checkout.version += 1
    checkout.save()
    checkout.lines.all().delete()
    insert_all(*lines)
    return lines


def wanted_lines(lines: Sequence[CheckoutLine]) -> list[WantedLine]:
    """Read back what is wanted, without its price."""
    return [
        WantedLine(sku=line.sku, plan=line.plan, quantity=line.quantity)
        for line in sorted(lines, key=lambda line: line.position)
    ]
