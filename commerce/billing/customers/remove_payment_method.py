"""Let a card go: it can never be charged again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from commerce.billing.customers.models import Customer, PaymentMethod
from commerce.billing.payments.provider import provider
from commerce.billing.subscriptions.models import ALIVE, Subscription
from commerce.shared.errors import Conflict


class PaymentMethodInUse(Conflict):
    """A subscription is charged to this card; choose another for it, or cancel it first."""

    code = "payment_method_in_use"


def remove_payment_method(*, payment_method_id: UUID, now: datetime) -> None:
    """Forget a card here and at the provider. Removing it again is fine.

    It is marked first: a crash before the provider heard of it leaves a card that we no longer
    charge, and repeating the removal tells the provider.

    Raises:
        PaymentMethodInUse: it pays for a subscription that is still billed.
        ProviderUnavailable, ProviderUnknown: it is no longer charged; try again to make sure.
    """
    with transaction.atomic(durable=True):
        card = PaymentMethod.objects.get(pk=payment_method_id)
        Customer.objects.select_for_update(no_key=True).get(pk=card.customer_id)
        if _pays_for_a_subscription(card):
            raise PaymentMethodInUse
        PaymentMethod.objects.filter(pk=card.pk, removed_at__isnull=True).update(
            removed_at=now, is_default=False
        )
    provider().forget_card(card.provider_id)


def _pays_for_a_subscription(card: PaymentMethod) -> bool:
    charged_to_it = Q(payment_method=card)
    if card.is_default:
        charged_to_it |= Q(payment_method__isnull=True, customer_id=card.customer_id)
    return Subscription.objects.filter(charged_to_it, status__in=ALIVE).exists()
