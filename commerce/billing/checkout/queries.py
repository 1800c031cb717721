"""Reads of checkouts."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower

from commerce.billing.checkout.buyer import Buyer
from commerce.billing.checkout.models import Checkout, CheckoutLine
from commerce.billing.orders.models import Order
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


def has_ordered_before(buyer: Buyer) -> bool:
    """Tell whether the account or the address has an order that was not canceled. One statement."""
    theirs = Q(address=buyer.email.lower())
    if buyer.user_id:
        theirs |= Q(user_id=buyer.user_id)
    orders = Order.objects.annotate(address=Lower("email")).filter(theirs)
    return orders.exclude(status=Order.Status.CANCELED).exists()
