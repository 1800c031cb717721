"""Reads of customers: each starts from the caller, so nobody else's cards and addresses exist."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from commerce.billing.customers.models import Address, PaymentMethod, TestClock
from commerce.shared.api.actors import Actor
from commerce.shared.errors import NotFound


def cards_of(actor: Actor) -> QuerySet[PaymentMethod]:
    """Give the caller's cards that can still be charged."""
    if actor.user_id is None:
        return PaymentMethod.objects.none()
    return PaymentMethod.objects.filter(customer__user_id=actor.user_id, removed_at__isnull=True)


def find_card(actor: Actor, payment_method_id: UUID) -> PaymentMethod:
    """Raises `NotFound` for a card that is somebody else's, removed, or none."""
    return _found(cards_of(actor).filter(pk=payment_method_id).first())


def addresses_of(actor: Actor) -> QuerySet[Address]:
    if actor.user_id is None:
        return Address.objects.none()
    return Address.objects.filter(customer__user_id=actor.user_id)


def find_address(actor: Actor, address_id: UUID) -> Address:
    """Raises `NotFound` for an address that is somebody else's, or none."""
    return _found(addresses_of(actor).filter(pk=address_id).first())


def find_clock(actor: Actor, clock_id: UUID) -> TestClock:
    """Raises `NotFound` for a clock the caller did not make, unless the caller is an admin."""
    clock = TestClock.objects.filter(pk=clock_id).first()
    is_admin = actor.is_staff and "admin" in actor.roles
    return _found(clock if clock and (is_admin or clock.owner_id == actor.user_id) else None)


def _found[T](row: T | None) -> T:
    if row is None:
        raise NotFound
    return row
