"""Change a checkout before the customer says yes: other lines, another way to get there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.checkout.buyer import buyer_of
from commerce.billing.checkout.errors import CheckoutCompleted, CheckoutExpired
from commerce.billing.checkout.models import Checkout, CheckoutLine
from commerce.billing.checkout.price_checkout import Offer, WantedLine, price_checkout
from commerce.billing.checkout.queries import load_checkout
from commerce.billing.checkout.shown import show_anew, wanted_lines
from commerce.fulfilment.interface import services as fulfilment
from commerce.shared.errors import Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What should be different; None leaves a thing as it is."""

    lines: Sequence[WantedLine] | None = None
    email: str | None = None
    shipping_address: Mapping[str, str] | None = None
    delivery_option: str | None = None
    promotion_codes: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The checkout after the change, priced anew."""

    checkout: Checkout
    lines: Sequence[CheckoutLine]
    offer: Offer


def change_checkout(
    *, checkout_id: UUID, change: Change, expected_version: int | None = None, now: datetime
) -> Changed:
    """Apply a change and price everything anew.

    Raises:
        CheckoutCompleted: there is an order already.
        CheckoutExpired: it ran out of time.
        Stale: somebody else has changed it since it was read.
        What price_checkout.py raises: nothing is changed then.
    """
    checkout, lines = load_checkout(checkout_id)
    _refuse_finished(checkout, now=now)
    version, held_under = checkout.version, checkout.reservation_reference
    if expected_version is not None and expected_version != version:
        raise Stale(current_version=version)

    wanted = wanted_lines(lines) if change.lines is None else change.lines
    _apply(checkout, change)
    offer = price_checkout(
        lines=wanted,
        currency=checkout.currency,
        country=checkout.country,
        delivery_option=checkout.delivery_option,
        promotion_codes=checkout.promotion_codes,
        begins_on=checkout.local_day(now=now),
        buyer=buyer_of(checkout),
        at=now,
    )

    with transaction.atomic(durable=True):
        current = Checkout.objects.select_for_update(no_key=True).get(pk=checkout_id)
        _refuse_finished(current, now=now)
        if current.version != version:
            raise Stale(current_version=current.version)
        shown = show_anew(checkout, wanted, offer.priced, now=now)
    # A completion that did not come to its end may have held what nobody wants any more.
    fulfilment.release_stock(reference=held_under)
    return Changed(checkout=checkout, lines=shown, offer=offer)


def _apply(checkout: Checkout, change: Change) -> None:
    if change.email is not None:
        checkout.email = change.email
    if change.shipping_address is not None:
        checkout.shipping_address = dict(change.shipping_address)
    if change.delivery_option is not None:
        checkout.delivery_option = change.delivery_option
    if change.promotion_codes is not None:
        checkout.promotion_codes = list(change.promotion_codes)


def _refuse_finished(checkout: Checkout, *, now: datetime) -> None:
    if checkout.status == Checkout.Status.COMPLETED:
        raise CheckoutCompleted
    if checkout.is_expired(now=now):
        raise CheckoutExpired
