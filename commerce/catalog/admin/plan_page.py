"""The terms of a plan as staff read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from commerce.catalog.admin.amounts import said_amounts
from commerce.catalog.plans.models import PlanPrice, PlanVersion
from commerce.shared.admin import grid


def rhythm(version: PlanVersion) -> str:
    """How long a period is, what comes before the first, and on which day they begin."""
    return ", ".join(_rhythm(version))


def prices(version: PlanVersion) -> SafeString | str:
    return _lines(_price(price) for price in version.prices.all())


def charges(version: PlanVersion) -> SafeString | str:
    """Each charge, and what it comes to in each currency."""
    by_currency = {price.currency: price.charges for price in version.prices.all()}
    first: Sequence[Mapping[str, Any]] = next(iter(by_currency.values()), ())
    return grid(
        ("charge", "model", "billed", "amounts"),
        (
            (
                f"{charge['title']} ({charge['code']})",
                charge["model"].replace("_", " "),
                f"by {charge['meter']}" if charge["meter"] else "with the period",
                _lines(
                    line
                    for currency, rows in by_currency.items()
                    for line in _charge(rows[i], currency)
                ),
            )
            for i, charge in enumerate(first)
        ),
    )


def phases(version: PlanVersion) -> SafeString | str:
    by_currency = {price.currency: price.phases for price in version.prices.all()}
    first: Sequence[Mapping[str, Any]] = next(iter(by_currency.values()), ())
    return grid(
        ("periods", "phase", ""),
        (
            (
                phase["periods"],
                phase["title"],
                f"{phase['percent_off']} % off"
                if phase["percent_off"] is not None
                else said_amounts({x: rows[i]["price_minor"] for x, rows in by_currency.items()}),
            )
            for i, phase in enumerate(first)
        ),
    )


def _rhythm(version: PlanVersion) -> Iterator[str]:
    count, unit = version.interval_count, version.interval_unit
    yield f"every {unit}" if count == 1 else f"every {count} {unit}s"
    if version.anchor_day is not None:
        yield f"on day {version.anchor_day} of the month"
    if version.trial_days:
        yield f"after {version.trial_days} days of trial"


def _price(price: PlanPrice) -> str:
    more = [
        *([f"{price.setup_fee} to set up"] if price.setup_fee_minor else []),
        *([f"at least {price.minimum}"] if price.minimum_minor else []),
    ]
    return " · ".join([str(price.amount), *more])


def _charge(charge: Mapping[str, Any], currency: str) -> Iterator[str]:
    """Say what is not zero: the amount, its limits, and the tiers."""
    said = [
        *_if_any("", charge["unit_minor"], currency),
        *([f"{charge['percent']} %"] if Decimal(charge["percent"]) else []),
        *([f"for {charge['package_size']} units"] if charge["package_size"] is not None else []),
        *([f"{charge['included_units']} included"] if Decimal(charge["included_units"]) else []),
        *([f"{charge['free_events']} events free"] if charge["free_events"] else []),
        *_if_any("at least ", charge["minimum_minor"], currency),
        *_if_any("at most ", charge["maximum_minor"], currency),
    ]
    if said:
        yield " · ".join(said)
    for tier in charge["tiers"]:
        reach = f"up to {tier['up_to']}" if tier["up_to"] is not None else "above"
        parts = [
            *_if_any("", tier["unit_minor"], currency, " each"),
            *([f"for {tier['package_size']} units"] if tier["package_size"] is not None else []),
            *_if_any("", tier["flat_minor"], currency, " once"),
            *([f"{tier['percent']} %"] if Decimal(tier["percent"]) else []),
        ]
        yield f"{reach}: {' + '.join(parts) or said_amounts({currency: 0})}"


def _if_any(before: str, minor: str | int | None, currency: str, after: str = "") -> list[str]:
    if minor is None or not Decimal(minor):
        return []
    return [f"{before}{said_amounts({currency: Decimal(minor)})}{after}"]


def _lines(lines: Iterator[str]) -> SafeString | str:
    return format_html_join("", '<div class="nowrap">{}</div>', ((line,) for line in lines))
