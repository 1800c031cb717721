"""ROUTES: which tasks receive which message. The whole topology on one page."""

from collections.abc import Mapping, Sequence

ROUTES: Mapping[str, Sequence[str]] = {
    # Commands: owned by the receiver, exactly one receiver.
    "fulfilment.request_fulfilment.v1": ["fulfilment.on_request_fulfilment"],
    "fulfilment.grant_entitlement.v1": ["fulfilment.on_grant_entitlement"],
    "fulfilment.revoke_entitlement.v1": ["fulfilment.on_revoke_entitlement"],
    "catalog.confirm_redemptions.v1": ["catalog.on_confirm_redemptions"],
    "catalog.release_redemptions.v1": ["catalog.on_release_redemptions"],
    "catalog.set_availability.v1": ["catalog.on_set_availability"],
    # Events: owned by the sender, any number of receivers.
    "fulfilment.fulfilment_requested.v1": [],
    "fulfilment.fulfilment_refused.v1": ["billing.on_fulfilment_refused"],
    "fulfilment.fulfilment_canceled.v1": ["billing.on_fulfilment_canceled"],
    "fulfilment.shipment_dispatched.v1": ["billing.on_shipment_dispatched"],
    "fulfilment.shipment_delivered.v1": ["billing.on_shipment_delivered"],
    "fulfilment.return_received.v1": ["billing.on_return_received"],
    "billing.order_placed.v1": [],
    "billing.order_paid.v1": [],
    "billing.order_canceled.v1": [],
    "billing.order_fulfilled.v1": [],
    "billing.payment_settled.v1": [],
    "billing.payment_failed.v1": [],
    "billing.invoice_finalized.v1": [],
    "billing.credit_note_issued.v1": [],
    "billing.refund_settled.v1": [],
    "billing.subscription_started.v1": [],
    "billing.subscription_renewed.v1": [],
    "billing.subscription_past_due.v1": [],
    "billing.subscription_terms_changed.v1": [],
    "billing.subscription_canceled.v1": [],
    "catalog.product_published.v1": [],
    "catalog.price_changed.v1": [],
}
