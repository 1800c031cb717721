"""Reads of checkouts."""

from __future__ import annotations

from uuid import UUID

from commerce.billing.checkout.models import Checkout, CheckoutLine
from commerce.shared.errors import NotFound


def load_checkout(checkout_id: UUID) -> tuple[Checkout, list[CheckoutLine]]:
    """Load a checkout with its customer and its lines, of which there is always one. One statement.

    Raises:
        NotFound: there is no such checkout.
    """
    lines = list(
        CheckoutLine.objects.select_related("checkout__customer__test_clock")
        .filter(checkout=checkout_id)
        .order_by("position")
    )
    if not lines:
        raise NotFound
    return lines[0].checkout, lines
