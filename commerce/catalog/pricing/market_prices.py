"""What variants cost everybody in every market: four statements, however many variants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from commerce.catalog.markets.queries import all_markets
from commerce.catalog.markets.terms import MarketTerms, implied_market
from commerce.catalog.pricing.history import (
    ListTerms,
    Recorded,
    candidates,
    in_force,
    lowest_before_reduction,
)
from commerce.catalog.pricing.models import Price, PriceList
from commerce.catalog.pricing.resolution import resolve

# Periods are half-open: to know what holds at a moment, one looks a moment further.
MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """From this quantity on, each unit costs so much."""

    min_quantity: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPrice:
    """What a variant costs everybody in a market at a moment."""

    amount_minor: int
    compare_at_minor: int | None
    lowest_30_days_minor: int | None
    """Of the 30 days before the announced reduction began; see history.py."""
    min_quantity: int
    """The fewest units it is sold in, to which `amount_minor` belongs: nearly always one."""
    tiers: Sequence[Tier]
    """What more units cost, where that is something else."""
    price_list: str | None
    """Whose price it is; None: the base price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPrices:
    """Prices by variant and by the code of a market.

    `markets` has every market, and one implied for each currency that has prices and no market.
    """

    markets: Mapping[str, MarketTerms]
    by_variant: Mapping[UUID, Mapping[str, MarketPrice]]


type Shelf = tuple[UUID, str]
"""A variant in a currency."""


def load_market_prices(variant_ids: Collection[UUID], *, at: datetime) -> MarketPrices:
    """Read what each variant costs one who is in no group, in every market it is sold in."""
    lists = load_lists()
    current = _load(variant_ids, lists, at=at)
    markets = all_markets()
    markets += [
        implied_market(currency)
        for currency in sorted({x for _, x in current} - {x.currency for x in markets})
    ]
    by_currency: dict[str, list[MarketTerms]] = defaultdict(list)
    for market in markets:
        by_currency[market.currency].append(market)

    announced = {
        variant_id
        for (variant_id, _), prices in current.items()
        if any(x.compare_at_minor is not None for x in prices)
    }
    history = load_history(announced, lists, until=at) if announced else {}
    by_variant: dict[UUID, dict[str, MarketPrice]] = defaultdict(dict)
    for (variant_id, currency), prices in current.items():
        for market in by_currency[currency]:
            past = history.get((variant_id, currency), ())
            price = _price(prices, past, market=market, at=at)
            if price is not None:
                by_variant[variant_id][market.code] = price
    return MarketPrices(markets={x.code: x for x in markets}, by_variant=dict(by_variant))


def load_lists() -> dict[UUID, ListTerms]:
    """Every list that has ever been active and is for everybody."""
    rows = PriceList.objects.filter(activated_at__isnull=False, customer_group="").order_by()
    return {
        row.pk: ListTerms(
            code=row.code,
            market_id=row.market_id,
            customer_group=row.customer_group,
            priority=row.priority,
            starts_at=max(x for x in (row.activated_at, row.valid_from) if x is not None),
            ends_at=min((x for x in (row.ended_at, row.valid_until) if x), default=None),
        )
        for row in rows
    }


def load_history(
    variant_ids: Collection[UUID], lists: Mapping[UUID, ListTerms], *, until: datetime
) -> dict[Shelf, list[Recorded]]:
    """Everything that was ever in force for everybody up to a moment; one statement."""
    return _recorded(Price.objects.filter(variant__in=variant_ids, valid_from__lte=until), lists)


def _load(
    variant_ids: Collection[UUID], lists: Mapping[UUID, ListTerms], *, at: datetime
) -> dict[Shelf, list[Recorded]]:
    now = Price.objects.filter(variant__in=variant_ids, valid_from__lte=at)
    return _recorded(now.filter(Q(valid_until=None) | Q(valid_until__gt=at)), lists)


def _recorded(
    rows: QuerySet[Price], lists: Mapping[UUID, ListTerms]
) -> dict[Shelf, list[Recorded]]:
    recorded: dict[Shelf, list[Recorded]] = defaultdict(list)
    for variant_id, currency, price_list_id, *price in rows.order_by().values_list(
        *("variant_id", "currency", "price_list_id"),
        *("amount_minor", "compare_at_minor", "min_quantity", "valid_from", "valid_until"),
    ):
        # Prices of lists that are drafts, or for one group, are nobody's or somebody's alone.
        if price_list_id is not None and price_list_id not in lists:
            continue
        amount_minor, compare_at_minor, min_quantity, valid_from, valid_until = price
        recorded[variant_id, currency].append(
            Recorded(
                amount_minor=amount_minor,
                compare_at_minor=compare_at_minor,
                min_quantity=min_quantity,
                valid_from=valid_from,
                valid_until=valid_until,
                price_list=lists.get(price_list_id),
            )
        )
    return recorded


def _price(
    prices: Sequence[Recorded], past: Sequence[Recorded], *, market: MarketTerms, at: datetime
) -> MarketPrice | None:
    found = list(candidates(prices, market=market, at=at))
    steps = [
        (units, price)
        for units in sorted({x.min_quantity for x in found})
        if (price := resolve(found, units=units)) is not None
    ]
    if not steps:
        return None
    (fewest, first), *more = steps
    tiers: list[Tier] = []
    last = first.amount_minor
    for units, price in more:
        if price.amount_minor != last:
            tiers.append(Tier(min_quantity=units, amount_minor=price.amount_minor))
            last = price.amount_minor
    return MarketPrice(
        amount_minor=first.amount_minor,
        compare_at_minor=first.compare_at_minor,
        lowest_30_days_minor=_lowest(past, market=market, at=at),
        min_quantity=fewest,
        tiers=tiers,
        price_list=first.price_list.code if first.price_list else None,
    )


def _lowest(past: Sequence[Recorded], *, market: MarketTerms, at: datetime) -> int | None:
    if not past:
        return None
    since = min(x.valid_from for x in past)
    periods = in_force(past, market=market, since=since, until=at + MOMENT)
    return lowest_before_reduction(periods, at=at)
