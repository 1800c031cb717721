"""Complete a checkout: the customer says yes, and an order with an open invoice comes of it.

PREPARE asks the neighbours, then one transaction PLACES everything that has to exist before money
moves, then the provider is asked outside any transaction, and its answer is recorded in another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from commerce.billing.checkout.buyer import buyer_of
from commerce.billing.checkout.errors import (
    CheckoutExpired,
    DeliveryOptionRequired,
    OfferChanged,
    PaymentMethodRequired,
    ShippingAddressRequired,
    TotalChanged,
)
from commerce.billing.checkout.models import Checkout, CheckoutLine
from commerce.billing.checkout.price_checkout import Offer, price_checkout
from commerce.billing.checkout.promotions import redemption_reference
from commerce.billing.checkout.shown import show_anew, wanted_lines
from commerce.billing.checkout.totals import PricedLine
from commerce.billing.customers.add_payment_method import add_payment_method
from commerce.billing.customers.ensure_customer import ensure_customer
from commerce.billing.customers.ensure_provider_customer import ensure_provider_customer
from commerce.billing.customers.models import PaymentMethod
from commerce.billing.orders.accept_paid_order import accept_paid_order
from commerce.billing.orders.models import Order, OrderLine
from commerce.billing.orders.pay_order import pay_order
from commerce.billing.orders.place_order import Placed, place_order
from commerce.billing.payments.gateway import CardDeclined
from commerce.billing.payments.models import Attempt
from commerce.billing.payments.send_attempt import send_attempt
from commerce.catalog.interface import services as catalog
from commerce.fulfilment.interface import services as fulfilment
from commerce.shared.codec import to_plain
from commerce.shared.errors import Stale
from commerce.shared.money import Money

# Long enough for a bank's 3-D Secure page, short enough not to starve other buyers.
HOLD_STOCK_FOR = timedelta(minutes=30)
# Longer than the fate of a payment stays open (payments/check_schedule.py): what an order was
# promised must not be promised to another as long as it may still be paid. Whoever does not pay,
# cancels or walks away gives it back at once, or when the checkout expires.
HOLD_PROMOTIONS_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """The order, and the attempt to pay it; no attempt where there is nothing to pay."""

    order: Order
    lines: Sequence[OrderLine]
    attempt: Attempt | None


def complete_checkout(
    *,
    checkout: Checkout,
    lines: Sequence[CheckoutLine],
    payment_method: str,
    expected_total: Money,
    now: datetime,
) -> Completed:
    """Place the order of a checkout that the customer has confirmed, and ask for the money.

    The checkout is the one the door has just read; whatever has happened to it since is found out
    when it is claimed. Calling it again returns the order that exists; if that one is neither paid
    nor being paid, the payment is tried again.

    Raises:
        CheckoutExpired: it was confirmed too late.
        TotalChanged: it costs something else now.
        OfferChanged: something else would be delivered now.
        fulfilment.OutOfStock: a line could not be set aside in full.
        catalog.PromotionExhausted: somebody else has used up a promotion meanwhile.
        CardDeclined: the order is placed, its stock is held, and waits for another card.
        ProviderUnavailable: the same, but nobody knows about the card.
    """
    if checkout.status == Checkout.Status.COMPLETED:
        return _existing(checkout, payment_method=payment_method, now=now)
    if checkout.is_expired(now=now):
        raise CheckoutExpired
    offer = _agree(checkout, lines, expected_total=expected_total, now=now)
    if offer.priced.totals.total and not payment_method:
        raise PaymentMethodRequired
    kept_card = _prepare_subscriptions(checkout, offer, payment_method=payment_method, now=now)

    # Reserved before our transaction opens: fulfilment may be another machine one day,
    # and a reservation nobody follows up expires by itself.
    hold_until = now + HOLD_STOCK_FOR
    offer = _reserve_stock(checkout, offer, hold_until=hold_until)
    _hold_promotions(checkout, offer, now=now)

    placed = _place(
        checkout,
        offer,
        payment_method=payment_method,
        kept_card=kept_card,
        pay_by=hold_until,
        now=now,
    )
    if placed is None:
        return _overtaken(checkout, payment_method=payment_method, now=now)
    if placed.attempt is None:
        return Completed(order=placed.order, lines=placed.lines, attempt=None)

    attempt = send_attempt(placed.attempt, now=now)
    if attempt.status == Attempt.Status.DECLINED:
        raise CardDeclined(decline_code=attempt.decline_code)
    return Completed(
        order=attempt.payment.order or placed.order, lines=placed.lines, attempt=attempt
    )


def _agree(
    checkout: Checkout, lines: Sequence[CheckoutLine], *, expected_total: Money, now: datetime
) -> Offer:
    """Price it once more, and go on only if the customer has agreed to exactly that."""
    wanted = wanted_lines(lines)
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
    # By now, or by the end of a trial.
    if any(line.requires_shipping or _is_goods_plan(line) for line in offer.priced.lines):
        if not checkout.shipping_address:
            raise ShippingAddressRequired
        if not checkout.delivery_option:
            raise DeliveryOptionRequired
    is_as_shown = _delivered(lines) == _delivered(offer.priced.lines)
    if offer.priced.totals.total == expected_total and is_as_shown:
        return offer

    with transaction.atomic(durable=True):
        current = Checkout.objects.select_for_update(no_key=True).get(pk=checkout.pk)
        is_as_read = current.status == Checkout.Status.OPEN and current.version == checkout.version
        has_changed = current.total != offer.priced.totals.total or not is_as_shown
        if is_as_read and has_changed:
            show_anew(current, wanted, offer.priced, now=now)
    # An earlier try may have held stock for the version that is gone now.
    if is_as_read:
        fulfilment.release_stock(reference=checkout.reservation_reference)
    if offer.priced.totals.total == expected_total:
        raise OfferChanged
    raise TotalChanged(totals=offer.priced.totals)


def _delivered(lines: Sequence[CheckoutLine] | Sequence[PricedLine]) -> list[object]:
    """What is in each line, gives access, and how long it is made: what a price does not show."""
    return [
        (
            sorted((part.sku, part.quantity) for part in line.components),
            sorted(to_plain(line.grants), key=str),
            line.made_to_order_days,
        )
        for line in lines
        if not line.is_gift
    ]


def _is_goods_plan(line: PricedLine) -> bool:
    return line.plan is not None and line.plan.kind == catalog.PlanKind.GOODS


def _prepare_subscriptions(
    checkout: Checkout, offer: Offer, *, payment_method: str, now: datetime
) -> PaymentMethod | None:
    """Make sure that a card can be kept for what will be charged later.

    Guests become customers here. Where nothing is paid today, as in a trial, the card is kept now,
    and given back: it is the one to charge when the trial ends.
    """
    if not any(line.plan for line in offer.priced.lines):
        return None
    if not payment_method:
        raise PaymentMethodRequired
    if checkout.customer is None:
        with transaction.atomic(durable=True):
            checkout.customer = ensure_customer(
                user_id=checkout.user_id, email=checkout.email, now=now
            )
            checkout.save(update_fields=["customer"])
    customer = checkout.customer
    customer.stripe_customer_id = ensure_provider_customer(customer_id=customer.id)
    if offer.priced.totals.total:
        return None
    return add_payment_method(
        customer_id=customer.id, payment_method=payment_method, make_default=False, now=now
    )


def _reserve_stock(checkout: Checkout, offer: Offer, *, hold_until: datetime) -> Offer:
    """Set aside what is sold and what is given; a gift that is not there stops no sale."""
    units = _units_by_sku(offer)
    if not units:
        return offer
    try:
        fulfilment.reserve_stock(
            reference=checkout.reservation_reference, units_by_sku=units, expires_at=hold_until
        )
    except (fulfilment.OutOfStock, fulfilment.ReservationReused) as refusal:
        # Reused: an earlier try has gone on without the gifts, and died.
        short = refusal.sku if isinstance(refusal, fulfilment.OutOfStock) else None
        rest = replace(offer, priced=offer.priced.without_gifts(short))
        if rest == offer:
            raise
        return _reserve_stock(checkout, rest, hold_until=hold_until)
    return offer


def _hold_promotions(checkout: Checkout, offer: Offer, *, now: datetime) -> None:
    """Use up what the price was made with, before somebody else does."""
    uses = offer.priced.promotions.uses
    if not uses:
        return
    try:
        catalog.hold_redemptions(
            reference=redemption_reference(checkout.id),
            customer=buyer_of(checkout).key,
            uses=uses,
            expires_at=now + HOLD_PROMOTIONS_FOR,
        )
    except catalog.PromotionExhausted:
        fulfilment.release_stock(reference=checkout.reservation_reference)
        raise


def _units_by_sku(offer: Offer) -> dict[str, int]:
    units: Counter[str] = Counter()
    for line in offer.priced.lines:
        if not line.requires_shipping or line.made_to_order_days is not None:
            continue
        for part in line.components:
            if part.requires_shipping:
                units[part.sku] += part.quantity * line.quantity
        if line.sku and not line.components:
            units[line.sku] += line.quantity
    return dict(units)


def _place(
    checkout: Checkout,
    offer: Offer,
    *,
    payment_method: str,
    kept_card: PaymentMethod | None,
    pay_by: datetime,
    now: datetime,
) -> Placed | None:
    """Claim the checkout and place its order; None: it was completed or changed meanwhile."""
    at = checkout.customer.time(now=now) if checkout.customer else now
    with transaction.atomic(durable=True):
        # One statement is the lock, the check that nothing has changed, and the transition.
        claimed = Checkout.objects.filter(
            pk=checkout.pk, status=Checkout.Status.OPEN, version=checkout.version
        ).update(status=Checkout.Status.COMPLETED, completed_at=now)
        if not claimed:
            return None
        placed = place_order(
            checkout=checkout,
            priced=offer.priced,
            payment_method=payment_method,
            pay_by=pay_by,
            at=at,
            now=now,
        )
        if placed.attempt is None:
            placed.invoice.mark_paid(at=at)
            placed.invoice.save(update_fields=["status", "paid_minor", "paid_at"])
            accept_paid_order(placed.order, at=at, now=now, also=[], kept_card=kept_card)
    return placed


def _overtaken(checkout: Checkout, *, payment_method: str, now: datetime) -> Completed:
    """Somebody has completed or changed it between our look and our claim."""
    # Read anew: refresh_from_db() of a protected state switches the protection of the whole
    # class off meanwhile, also for the threads beside this one.
    current = Checkout.objects.get(pk=checkout.pk)
    if current.version != checkout.version:
        # What we have just held is for a version that nobody can complete any more.
        fulfilment.release_stock(reference=checkout.reservation_reference)
    if current.status != Checkout.Status.COMPLETED:
        raise Stale(current_version=current.version)
    return _existing(current, payment_method=payment_method, now=now)


def _existing(checkout: Checkout, *, payment_method: str, now: datetime) -> Completed:
    order = Order.objects.get(checkout=checkout)
    lines = list(order.lines.all())
    attempt = pay_order(order_id=order.id, payment_method=payment_method, now=now)
    paid = attempt.payment.order if attempt else None
    return Completed(order=paid or order, lines=lines, attempt=attempt)
