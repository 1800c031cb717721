"""The terms of a promotion in plain words: what it takes off, of which lines, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from commerce.shared.money import Money


class Lane(StrEnum):
    """The order in which promotions are worked out: each lane starts from what the last one left."""

    ITEM = "item"
    ORDER = "order"
    SHIPPING = "shipping"


class Effect(StrEnum):
    """What a promotion does."""

    PERCENT = "percent"
    FIXED = "fixed"
    PRICE = "price"
    BUY_X_GET_Y = "buy_x_get_y"
    GIFT = "gift"
    FREE_DELIVERY = "free_delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Lines, by any of these names. One that names nothing selects all goods, and no plan."""

    skus: Sequence[str] = ()
    products: Sequence[UUID] = ()
    categories: Sequence[str] = ()
    """Slugs; what stands in a category below counts as well."""
    collections: Sequence[str] = ()
    plans: Sequence[str] = ()
    """Codes. Plans are never meant unless they are named; what is taken off is of one period."""

    @property
    def is_everything(self) -> bool:
        return not any(getattr(self, name.name) for name in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What does not change once a promotion has been active; which fields count, `effect` says."""

    effect: Effect
    percent: Decimal | None = None
    """Of `percent`, and of what is got with `buy_x_get_y` (100: free)."""
    amount: Money | None = None
    """Of `fixed`, what is taken off: of each unit in the item lane, of all in the order lane. Of
    `price`, what it costs instead: each set of `quantity` units, or the delivery."""
    cap: Money | None = None
    """Never more than this in one order."""
    quantity: int = 1
    """Of `price`, the units of one set; of `gift`, how many are given."""
    buy_quantity: int = 1
    get_quantity: int = 1
    sets_max: int | None = None
    """How often `price` and `buy_x_get_y` count in one order."""
    gift_sku: str | None = None

    targets: Selection = field(default_factory=Selection)
    """It is taken off these lines, and only these count toward the minimums."""
    excluded: Selection = field(default_factory=Selection)
    """Never these, whatever else they are."""
    buys: Selection = field(default_factory=Selection)
    """Of `buy_x_get_y`, what has to be bought; what is got are targets."""

    minimum_total: Money | None = None
    minimum_quantity: int = 0
    customer_groups: Sequence[str] = ()
    """Empty: for everybody."""
    markets: Sequence[str] = ()
    """Codes; empty: everywhere."""
    first_order_only: bool = False
