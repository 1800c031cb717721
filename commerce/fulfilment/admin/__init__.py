"""Fulfilment's door for staff: what is to be delivered, what is on its way, what is on the shelf."""

from commerce.fulfilment.admin import (
    carriers,
    entitlements,
    fulfilment_orders,
    messages,
    returns,
    shipments,
    stock,
)

__all__ = [
    "carriers",
    "entitlements",
    "fulfilment_orders",
    "messages",
    "returns",
    "shipments",
    "stock",
]
