"""What catalog takes and gives: frozen, plain, without a model behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from commerce.shared.money import Money


class PlanKind(StrEnum):
    """What a subscriber gets each period."""

    GOODS = "goods"
    ACCESS = "access"


class IntervalUnit(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """What is asked for: units of a variant, or of a plan, named by exactly one of the two."""

    quantity: int
    sku: str | None = None
    plan: str | None = None
    begins_on: date | None = None
    """The subscriber's local day. A plan that is billed on a day of the month of its own has a
    short first period then; without it the quote is for a whole one."""


class ChargeModel(StrEnum):
    """How a quantity becomes an amount."""

    FLAT = "flat"
    """`unit_minor` for each period, whatever the quantity."""
    PER_UNIT = "per_unit"
    GRADUATED = "graduated"
    """Each unit costs what the tier says that it falls in."""
    VOLUME = "volume"
    """Every unit costs what the tier says that the last one falls in."""
    PACKAGE = "package"
    """Sold in packages of `package_size` units; one that is begun counts."""
    STAIRSTEP = "stairstep"
    """The amount of the tier that the quantity falls in, and nothing for each unit."""
    PERCENTAGE = "percentage"
    """A share of a metered amount (the quantity, in minor units), and something for each event."""


class Cadence(StrEnum):
    """When a charge is billed: with the period's price before it, or for what was used after it."""

    RECURRING = "recurring"
    METERED = "metered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """The units above the tier before it, up to and with `up_to`; None: all that follow."""

    up_to: Decimal | None = None
    unit_minor: Decimal = Decimal(0)
    """In minor units, also parts of them; of a package, where there is a `package_size`."""
    flat_minor: int = 0
    """Once, where the tier is reached."""
    percent: Decimal = Decimal(0)
    package_size: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One part of a plan's price beside the price of a unit. Amounts are in the plan's currency."""

    code: str
    title: str
    model: ChargeModel
    cadence: Cadence = Cadence.RECURRING
    meter: str | None = None
    """What is counted, for a metered charge; a recurring one is for the units subscribed to."""
    unit_minor: Decimal = Decimal(0)
    """In minor units, also parts of them: for the period, a unit, a package or an event."""
    package_size: Decimal | None = None
    percent: Decimal = Decimal(0)
    tiers: tuple[Tier, ...] = ()
    included_units: Decimal = Decimal(0)
    """Not charged for; tiers and packages count from there on."""
    free_events: int = 0
    """Of a percentage: the first events that cost nothing, within `included_units` if there are any."""
    flat_at_zero: bool = False
    """Whether the first tier's flat amount is due also where nothing is used."""
    minimum_minor: int = 0
    maximum_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPhase:
    """How the first periods differ, or those after an earlier phase: by a percentage or a price."""

    periods: int
    title: str = ""
    percent_off: Decimal | None = None
    """Off everything that recurs, the minimum as well."""
    price_minor: int | None = None
    """Of a unit and a period, instead of the plan's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """Recurring terms as they are now, in one currency; a subscription copies and keeps them."""

    plan_id: UUID
    code: str
    version: int
    title: str
    kind: PlanKind
    interval_unit: IntervalUnit
    interval_count: int
    trial_days: int
    sku: str | None = None
    """The variant delivered each period, for goods."""
    feature: str | None = None
    """The entitlement granted for each period, for access."""
    price: Money | None = None
    """Of one unit and one period, before any phase. None in terms that were copied before it was
    written down: then it is the unit price that was agreed."""
    anchor_day: int | None = None
    """The day of the month on which periods begin, 1 to 28; None: that of the first one."""
    setup_fee_minor: int = 0
    """Once, with the first period that is paid for."""
    minimum_minor: int = 0
    """What a period comes to at least, the setup fee aside."""
    charges: tuple[Charge, ...] = ()
    phases: tuple[PlanPhase, ...] = ()


class PartKind(StrEnum):
    """What a part of an amount is for."""

    FLAT = "flat"
    UNITS = "units"
    PACKAGES = "packages"
    PERCENT = "percent"
    EVENTS = "events"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    PHASE = "phase"
    SHORT_PERIOD = "short_period"


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedPart:
    """So many at so much: one step of how an amount came to be. Below zero, where it takes off."""

    kind: PartKind
    amount: Money
    quantity: Decimal | None = None
    rate: Decimal | None = None
    """Minor units for one, or percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedCharge:
    """What a charge comes to; its parts add up to the amount, to the minor unit."""

    code: str
    title: str
    amount: Money
    parts: tuple[RatedPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodPrice:
    """What a period costs before tax: `total` = unit price × quantity + charges."""

    unit_price: Money
    quantity: int
    charges: tuple[RatedCharge, ...]
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a meter counted in a period."""

    quantity: Decimal
    events: int = 0
    first_amounts: tuple[Decimal, ...] = ()
    """Of the first events, at least as many as may be free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsagePrice:
    """What was used costs before tax; `total` is the sum of the charges."""

    charges: tuple[RatedCharge, ...]
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDiscount:
    """What one promotion takes off a line; those of a line add up to its `discount`."""

    promotion_id: UUID
    title: str
    amount: Money
    code: str | None = None
    """The coupon code that brought it, if one did."""
    base: Money | None = None
    """What the line cost when this promotion came to it."""
    why: str = ""
    """How the amount comes about, to the cent: `15% of 85.00 USD`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """What is delivered for one unit of a bundle: `quantity` units of another variant."""

    sku: str
    variant_id: UUID
    title: str
    quantity: int
    requires_shipping: bool
    needs_approval: bool = False
    weight_g: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Access that one unit of a digital variant gives, once it is paid."""

    feature: str
    days: int | None = None
    """How long; None: for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """One line with its price at the moment: `total` = unit price × quantity + charges − discount.

    For a plan, the price is that of the first period, and `sku` is the variant delivered, if any.
    """

    title: str
    quantity: int
    unit_price: Money
    discount: Money
    total: Money
    tax_category: str
    requires_shipping: bool
    needs_approval: bool
    weight_g: int
    sku: str | None = None
    variant_id: UUID | None = None
    plan: PlanTerms | None = None
    charges: Sequence[RatedCharge] = ()
    """Of a plan: what its first period costs beside the units, the setup fee among it."""
    compare_at: Money | None = None
    """The regular price a sale price is shown beside."""
    discounts: Sequence[LineDiscount] = ()
    is_gift: bool = False
    """A promotion has added it; nobody asked for it, and it comes after what was asked for."""
    components: Sequence[Component] = ()
    """Of a bundle: these are held and delivered, not the bundle's own SKU."""
    grants: Sequence[Grant] = ()
    """Of a digital variant."""
    made_to_order_days: int | None = None
    """It is made once it is sold, in so many days: no stock is held for it."""
    is_gift_card: bool = False
    """Its buyer gets a code worth its price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedPromotion:
    """A promotion that has changed this quote, and by how much: what is held and confirmed."""

    promotion_id: UUID
    title: str
    amount: Money
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPromotion:
    """A promotion that was considered and changes nothing, and why, in words for a customer."""

    title: str
    reason: str
    """Stable: `not_applicable`, `minimum_not_reached`, `outdone_by_another`, …"""
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPromotion:
    """What is taken off delivery, as far as it is known before delivery has a price.

    `discount_delivery` works it out: exactly one of the three is set.
    """

    promotion_id: UUID
    title: str
    code: str | None = None
    percent: Decimal | None = None
    amount: Money | None = None
    price: Money | None = None
    cap: Money | None = None
    budget_left: Money | None = None
    """It takes nothing off rather than more than this."""
    group: str = ""
    """Of those of one group, the best one counts."""
    stops_lane: bool = False
    """Nothing that comes after it counts, once it has taken something off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountedDelivery:
    """A delivery with what promotions take off it: `total` = price − discounts."""

    price: Money
    total: Money
    discounts: Sequence[LineDiscount] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Prices for lines at a moment, in the order they were asked for. Not stored by catalog."""

    currency: str
    lines: Sequence[QuotedLine]
    total: Money
    quoted_at: datetime
    market: str | None = None
    """The code of the market the prices are of; None where no market has this currency."""
    prices_include_tax: bool = False
    """Whether the amounts are gross: tax is then a part of them, and not added."""
    promotions: Sequence[UsedPromotion] = ()
    """Those of the lines; what delivery promotions take off is known to `discount_delivery`."""
    delivery_promotions: Sequence[DeliveryPromotion] = ()
    refused_promotions: Sequence[RefusedPromotion] = ()


class Availability(StrEnum):
    """A hint for browsing; only a reservation decides."""

    IN_STOCK = "in_stock"
    LOW_STOCK = "low_stock"
    OUT_OF_STOCK = "out_of_stock"
    PREORDER = "preorder"
    BACKORDER = "backorder"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuAvailability:
    """The coarse state of one SKU, and when it was true."""

    sku: str
    availability: Availability
    as_of: datetime
