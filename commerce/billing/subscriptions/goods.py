"""What a period of a subscription delivers: the contents that its first order line was sold with."""

from __future__ import annotations

from commerce.billing.orders.components import components_of
from commerce.billing.orders.models import OrderLine, OrderLineComponent
from commerce.billing.subscriptions.models import Subscription


def bought_line(subscription: Subscription) -> OrderLine | None:
    """Give the line that began it; None where the subscription delivers something else by now."""
    bought = subscription.order_line
    return bought if bought and bought.sku == subscription.sku else None


def units_to_reserve(subscription: Subscription) -> dict[str, int]:
    """Tell what has to be in stock for a period, by SKU: what is made to order does not."""
    bought = bought_line(subscription)
    if bought and bought.made_to_order_days is not None:
        return {}
    if bought and bought.is_bundle:
        parts = components_of([bought])[bought.id]
        return {x.sku: x.per_bundle * subscription.quantity for x in parts if x.requires_shipping}
    return {str(subscription.sku): subscription.quantity}


def contents_again(bought: OrderLine | None, *, of: OrderLine) -> list[OrderLineComponent]:
    """Copy what is in a bundle to the line of a renewal; the rows are not stored yet."""
    if bought is None or not bought.is_bundle:
        return []
    return [
        OrderLineComponent(
            order_line=of,
            position=part.position,
            sku=part.sku,
            variant_id=part.variant_id,
            title=part.title,
            per_bundle=part.per_bundle,
            quantity=part.per_bundle * of.quantity,
            requires_shipping=part.requires_shipping,
        )
        for part in components_of([bought])[bought.id]
    ]
