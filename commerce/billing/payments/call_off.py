"""Call a payment off: make sure that no attempt of it can still take money."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from commerce.billing.payments.cancel_attempt import cancel_attempt
from commerce.billing.payments.models import Attempt
from commerce.billing.payments.provider import provider
from commerce.billing.payments.record_charge import record_charge
from commerce.shared.errors import Conflict

# The provider's search may not know yet what has just arrived.
# https://docs.stripe.com/search#data-freshness
SEARCH_LAGS_AT_MOST = timedelta(minutes=5)


class PaymentInProgress(Conflict):
    """A payment is under way, and nobody can say yet how it ends; try again in a few minutes."""

    code = "payment_in_progress"
    # As often as an open attempt is looked after (check_schedule.py).
    _retry_after_s = 60


def call_off(*, payment_id: UUID, now: datetime) -> None:
    """End the open attempt of a payment at the provider, or find out that it has succeeded.

    Afterwards no attempt is open. Money that had moved already is settled as always.

    Raises:
        PaymentInProgress: an attempt may be on its way to the provider.
        ProviderUnavailable, ProviderUnknown: nothing is known; ask again.
    """
    attempt = Attempt.objects.filter(payment=payment_id, status__in=Attempt.OPEN).first()
    if attempt is None:
        return
    found = provider().find(attempt.id) if attempt.provider_id is None else None
    provider_id = attempt.provider_id or (found.provider_id if found else None)
    if provider_id:
        charge = provider().cancel(provider_id)
        record_charge(attempt_id=attempt.id, charge=charge, now=now)
    elif now - attempt.created_at > SEARCH_LAGS_AT_MOST:
        # It never arrived. Should it do so after all, the money is not owed and goes back.
        cancel_attempt(attempt_id=attempt.id, now=now)
    if Attempt.objects.filter(pk=attempt.id, status__in=Attempt.OPEN).exists():
        raise PaymentInProgress
