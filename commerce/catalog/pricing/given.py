"""What the buyer of one unit is given beside the thing itself: what is in it, access, a code.

SQL that asks for it, to stand in a query with `variant`, `product` and `%(at)s`; and its reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from commerce.catalog.interface.dto import Component, Grant
from commerce.catalog.products.titles import line_title

GIVEN: Final = """
jsonb_build_object(
    'is_gift_card', variant.is_gift_card,
    'grants', variant.grants,
    'made_to_order_days', variant.made_to_order_days,
    'components',
    (SELECT jsonb_agg(jsonb_build_object(
                'sku', part.sku, 'variant_id', part.id, 'title', whole.title,
                'options', part.options, 'quantity', content.quantity,
                'requires_shipping', part.requires_shipping,
                'needs_approval', part.needs_approval, 'weight_g', part.weight_g,
                'grants', part.grants,
                'is_sold', coalesce(
                    whole.published_at <= %(at)s
                    AND (whole.retired_at IS NULL OR whole.retired_at > %(at)s)
                    AND (part.retired_at IS NULL OR part.retired_at > %(at)s), FALSE))
                ORDER BY content.position, content.id)
       FROM catalog_bundlecomponent content
       JOIN catalog_variant part ON part.id = content.component_id
       JOIN catalog_product whole ON whole.id = part.product_id
      WHERE content.bundle_id = variant.id))
"""


def is_for_sale_in(market_code: str) -> str:
    """SQL: the product's window in this market, a column, is open; without windows, everywhere."""
    return f"""
        (NOT EXISTS (SELECT FROM catalog_productpublication shown
                      WHERE shown.product_id = product.id)
         OR EXISTS (SELECT FROM catalog_productpublication shown
                     WHERE shown.product_id = product.id AND shown.market_code = {market_code}
                       AND (shown.published_from IS NULL OR shown.published_from <= %(at)s)
                       AND (shown.published_until IS NULL OR shown.published_until > %(at)s)))
    """  # noqa: S608 - the name of a column, written by us


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Of one unit."""

    components: Sequence[Component] = ()
    grants: Sequence[Grant] = ()
    """Its own, and those of what is in it."""
    made_to_order_days: int | None = None
    is_gift_card: bool = False
    is_complete: bool = True
    """Everything in it is sold."""

    @property
    def needs_approval(self) -> bool:
        return any(x.needs_approval for x in self.components)

    @property
    def requires_shipping(self) -> bool:
        return any(x.requires_shipping for x in self.components)

    @property
    def weight_g(self) -> int:
        return sum(x.weight_g * x.quantity for x in self.components)


def read_given(text: str | None) -> Given:
    """Read the JSON; a plan without goods has none."""
    if text is None:
        return Given()
    row = orjson.loads(text)
    parts = row["components"] or ()
    return Given(
        components=[_component(part) for part in parts],
        # Twice in the bundle gives twice the access.
        grants=[
            *_grants(row["grants"]),
            *(grant for part in parts for grant in _grants(part["grants"]) * part["quantity"]),
        ],
        made_to_order_days=row["made_to_order_days"],
        is_gift_card=row["is_gift_card"],
        is_complete=all(part["is_sold"] for part in parts),
    )


def _component(part: dict[str, Any]) -> Component:
    return Component(
        sku=part["sku"],
        variant_id=UUID(part["variant_id"]),
        title=line_title(part["title"], dict(part["options"])),
        quantity=part["quantity"],
        requires_shipping=part["requires_shipping"],
        needs_approval=part["needs_approval"],
        weight_g=part["weight_g"],
    )


def _grants(rows: list[dict[str, Any]]) -> list[Grant]:
    return [Grant(feature=x["feature"], days=x["days"]) for x in rows]
