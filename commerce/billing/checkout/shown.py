"""What a checkout shows: prices and totals as rows, so that a later change can be noticed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from commerce.billing.checkout.models import Checkout, CheckoutLine
from commerce.billing.checkout.price_checkout import WantedLine
from commerce.billing.checkout.totals import Priced, PricedLine
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
    checkout.promotions = priced.promotions.to_plain()
    checkout.updated_at = now
    return [
        CheckoutLine(
            checkout=checkout,
            position=position,
            sku=line.sku if line else price.sku,
            plan=line.plan if line else None,
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
            discounts=to_plain(price.discounts),
            is_gift=price.is_gift,
            contents=to_plain(price.components),
            grants=to_plain(price.grants),
            made_to_order_days=price.made_to_order_days,
        )
        for position, (line, price) in enumerate(_with_gifts(wanted, priced))
    ]


def _with_gifts(
    wanted: Sequence[WantedLine], priced: Priced
) -> Iterator[tuple[WantedLine | None, PricedLine]]:
    """Pair what is wanted with its price; gifts come after it, and nobody has wanted them."""
    asked_for = [line for line in priced.lines if not line.is_gift]
    yield from zip(wanted, asked_for, strict=True)
    yield from ((None, line) for line in priced.lines if line.is_gift)


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
        if not line.is_gift
    ]
