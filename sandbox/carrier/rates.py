"""What the carrier charges: a table by zone, service and weight. Invented, but fixed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sandbox.carrier.problems import NotServed, TooHeavy

type Zone = Literal["domestic", "regional", "international"]

CURRENCY = "USD"
SERVICES = ("standard", "express")
MAX_WEIGHT_G = 30_000

# Countries between which customs and distance matter little to a carrier.
REGIONS = (
    frozenset({"US", "CA", "MX"}),
    frozenset(
        "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK".split()
    ),
    frozenset({"AU", "NZ"}),
    frozenset({"JP"}),
)
COUNTRIES = frozenset[str]().union(*REGIONS)

# Upper weight of each step in grams → price in US cents.
PRICE_BY_WEIGHT: Mapping[tuple[Zone, str], Mapping[int, int]] = {
    ("domestic", "standard"): {500: 4_50, 2_000: 7_20, 5_000: 10_90, 10_000: 15_40, 30_000: 29_90},
    ("domestic", "express"): {500: 11_90, 2_000: 17_50, 5_000: 26_00, 10_000: 39_00, 30_000: 78_00},
    ("regional", "standard"): {500: 9_80, 2_000: 14_60, 5_000: 21_50, 10_000: 32_00, 30_000: 61_00},
    ("regional", "express"): {500: 24_00, 2_000: 35_00, 5_000: 54_00, 10_000: 82_00, 30_000: 160_00},
    ("international", "standard"): {
        500: 15_20, 2_000: 27_40, 5_000: 48_00, 10_000: 79_00, 30_000: 168_00,
    },
    ("international", "express"): {
        500: 39_00, 2_000: 62_00, 5_000: 98_00, 10_000: 155_00, 30_000: 320_00,
    },
}  # fmt: skip

DAYS: Mapping[tuple[Zone, str], tuple[int, int]] = {
    ("domestic", "standard"): (3, 5),
    ("domestic", "express"): (1, 2),
    ("regional", "standard"): (4, 8),
    ("regional", "express"): (2, 3),
    ("international", "standard"): (7, 14),
    ("international", "express"): (2, 4),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The price of one service for one parcel, and the working days it takes."""

    service: str
    amount: int
    min_days: int
    max_days: int

    def describe(self) -> dict[str, object]:
        return {
            "service": self.service,
            "price": {"amount": self.amount, "currency": CURRENCY},
            "min_days": self.min_days,
            "max_days": self.max_days,
        }


def quote(*, origin: str, destination: str, weight_g: int) -> list[Rate]:
    """Every service for a parcel, cheapest first.

    Raises:
        NotServed: one of the two countries is not in the table.
        TooHeavy: the parcel weighs more than the last step.
    """
    if weight_g > MAX_WEIGHT_G:
        raise TooHeavy(f"{weight_g} g is more than the {MAX_WEIGHT_G} g that a parcel may weigh.")
    zone = zone_of(origin=origin, destination=destination)
    rates = []
    for service in SERVICES:
        steps = PRICE_BY_WEIGHT[zone, service]
        least, most = DAYS[zone, service]
        amount = steps[min(step for step in steps if weight_g <= step)]
        rates.append(Rate(service=service, amount=amount, min_days=least, max_days=most))
    return sorted(rates, key=lambda rate: rate.amount)


def zone_of(*, origin: str, destination: str) -> Zone:
    for country in (origin, destination):
        if country not in COUNTRIES:
            raise NotServed(f"The carrier does not serve {country}.")
    if origin == destination:
        return "domestic"
    is_near = any(origin in region and destination in region for region in REGIONS)
    return "regional" if is_near else "international"
