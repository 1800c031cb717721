"""The shapes of what a line stands for beside its own units: parts of a bundle, access."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from commerce.billing.checkout.models import CheckoutLine
from commerce.billing.orders.models import OrderLine, OrderLineComponent
from commerce.shared import ids
from commerce.shared.api.serializers import Output


class GrantOutput(Output):
    feature = serializers.CharField()
    days = serializers.IntegerField(allow_null=True, help_text="From the payment; null: for good.")


class ComponentOutput(Output):
    """What is in one unit of a bundle."""

    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()


class OrderedComponentOutput(Output):
    """What is in a bundle that was ordered; the units are those of the whole line."""

    id = serializers.CharField(help_text="`ol_…`: parcels name it.")
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    quantity_dispatched = serializers.IntegerField()
    quantity_canceled = serializers.IntegerField()
    quantity_returned = serializers.IntegerField()


def made_to_order_days() -> serializers.IntegerField:
    return serializers.IntegerField(
        allow_null=True, help_text="It is made once it is sold, in so many working days."
    )


def grants() -> GrantOutput:
    return GrantOutput(many=True, help_text="Access that one unit gives, once it is paid.")


def shown(row: CheckoutLine) -> dict[str, Any]:
    return {
        "components": [
            {"sku": part.sku, "title": part.title, "quantity": part.quantity}
            for part in row.components
        ],
        "grants": row.grants,
        "made_to_order_days": row.made_to_order_days,
    }


def ordered(row: OrderLine) -> dict[str, Any]:
    """For more than one line, load them with their components."""
    return {
        "components": [_component(x) for x in row.components.all()] if row.is_bundle else [],
        "grants": row.grants,
        "made_to_order_days": row.made_to_order_days,
    }


def _component(row: OrderLineComponent) -> dict[str, Any]:
    return {
        "id": ids.encode("ol", row.id),
        "sku": row.sku,
        "title": row.title,
        "quantity": row.quantity,
        "quantity_dispatched": row.quantity_dispatched,
        "quantity_canceled": row.quantity_canceled,
        "quantity_returned": row.quantity_returned,
    }
