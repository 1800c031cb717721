"""What fulfilment is told by other contexts. Each receiver makes one call into a use case."""

from __future__ import annotations

from commerce.fulfilment.entitlements.grant_entitlement import grant_entitlement
from commerce.fulfilment.entitlements.revoke_entitlement import revoke_entitlement
from commerce.fulfilment.fulfilment_orders.request_fulfilment import request_fulfilment
from commerce.fulfilment.interface.messages import (
    GrantEntitlementV1,
    RequestFulfilmentV1,
    RevokeEntitlementV1,
)
from commerce.shared import clock
from commerce.shared.inbox import receives


@receives(RequestFulfilmentV1)
def on_request_fulfilment(message: RequestFulfilmentV1) -> None:
    request_fulfilment(message, now=clock.now())


@receives(GrantEntitlementV1)
def on_grant_entitlement(message: GrantEntitlementV1) -> None:
    grant_entitlement(
        reference=message.reference,
        holder_id=message.holder_id,
        feature=message.feature,
        valid_from=message.valid_from,
        valid_until=message.valid_until,
    )


@receives(RevokeEntitlementV1)
def on_revoke_entitlement(message: RevokeEntitlementV1) -> None:
    revoke_entitlement(reference=message.reference, revoked_at=message.revoked_at)
