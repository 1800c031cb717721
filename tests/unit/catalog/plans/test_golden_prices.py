"""Golden cases of price models: what other billing systems charge for the same quantities.

Each adapter says a case's prices as charges and terms of ours; all amounts are asserted exactly.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any
from uuid import UUID

import pytest

from commerce.catalog.interface.dto import (
    Charge,
    ChargeModel,
    IntervalUnit,
    PartKind,
    PlanKind,
    PlanPhase,
    PlanTerms,
    RatedCharge,
    Tier,
    Usage,
)
from commerce.catalog.plans.anchors import first_days
from commerce.catalog.plans.charges import rate, rate_more
from commerce.catalog.plans.period_price import price_period, price_usage
from commerce.shared.money import EXPONENTS, Money
from tests.golden import cases_of, every_area

MODELS = {
    "graduated": ChargeModel.GRADUATED,
    "graduated_blocks": ChargeModel.GRADUATED,
    "graduated_percentage": ChargeModel.PERCENTAGE,
    "volume": ChargeModel.VOLUME,
    "volume_blocks": ChargeModel.VOLUME,
}
ONE_QUANTITY = (
    "price.block_all_tiers", "price.block_top_tier", "price.graduated",
    "price.graduated_percentage", "price.package", "price.volume", "price.volume_commitment",
)  # fmt: skip
OTHERS = (
    "price.maximum", "price.minimum_commitment", "price.package_split", "price.percentage",
)  # fmt: skip

Given = dict[str, Any]


def each_of(*areas: str) -> Any:
    return pytest.mark.parametrize(
        "case", [pytest.param(case, id=case["id"]) for case in cases_of("billing", *areas)]
    )


def charge_of(given: Given) -> Charge:
    common: Given = {
        "code": "it",
        "title": "It",
        # What the systems that the cases come from do; ours is the other way round by default.
        "flat_at_zero": True,
        "minimum_minor": given.get("minimum", 0),
        "maximum_minor": given.get("maximum"),
    }
    if "package_size" in given:
        return Charge(
            model=ChargeModel.PACKAGE,
            package_size=Decimal(given["package_size"]),
            unit_minor=Decimal(given["package_amount"]),
            included_units=Decimal(given.get("free_units", 0)),
            **common,
        )
    if "percent" in given:
        return Charge(
            model=ChargeModel.PERCENTAGE,
            percent=Decimal(given["percent"]),
            unit_minor=Decimal(given["fixed_per_event"]),
            free_events=given["free_events"],
            included_units=Decimal(given["free_amount_decimal"]),
            **common,
        )
    return Charge(model=MODELS[given["mode"]], tiers=tiers_of(given), **common)


def tiers_of(given: Given) -> tuple[Tier, ...]:
    if "blocks" in given["mode"]:
        reach = accumulate(tier["block_size"] * tier["block_count"] for tier in given["tiers"])
        return tuple(
            Tier(
                # Beyond its last block the last tier goes on.
                up_to=None if tier is given["tiers"][-1] else Decimal(up_to),
                package_size=Decimal(tier["block_size"]),
                unit_minor=Decimal(tier["block_amount"]),
            )
            for tier, up_to in zip(given["tiers"], reach, strict=True)
        )
    return tuple(
        Tier(
            up_to=None if tier["up_to"] is None else in_minor(given, tier["up_to"]),
            unit_minor=Decimal(tier.get("unit_amount_decimal", tier.get("unit_amount", 0))),
            flat_minor=tier["flat"],
            percent=Decimal(tier.get("percent", 0)),
        )
        for tier in given["tiers"]
    )


def in_minor(given: Given, quantity: object) -> Decimal:
    """A percentage is of an amount, which some cases give in major units."""
    scale = EXPONENTS[given["currency"]] if given.get("unit") == "major" else 0
    return Decimal(str(quantity)).scaleb(scale)


def part(rated: RatedCharge, *kinds: PartKind) -> int:
    return sum(x.amount.minor for x in rated.parts if x.kind in kinds)


class TestOneQuantity:
    @each_of(*ONE_QUANTITY)
    def test_costs_what_the_case_says(self, case: Given) -> None:
        given, wanted = case["given"], case["then"]
        quantity = in_minor(given, case["when"][0]["quantity"])

        rated = rate(charge_of(given), Usage(quantity=quantity), currency=given["currency"])

        true_up = part(rated, PartKind.MINIMUM)
        found = {
            "amount": rated.amount.minor,
            "usage": rated.amount.minor - true_up,
            "true_up": true_up,
            "lines": [x.amount.minor for x in rated.parts],
        }
        assert {name: found[name] for name in wanted} == wanted


class TestMoreOfIt:
    @each_of("price.maximum", "price.package_split")
    def test_costs_the_difference(self, case: Given) -> None:
        given, wanted = case["given"], case["then"]
        charge, currency = charge_of(given), given["currency"]
        before = Usage(quantity=Decimal(given["already_billed_quantity"]))
        now = Usage(quantity=before.quantity + Decimal(case["when"][0]["quantity"]))

        more = rate_more(charge, now, after=before, currency=currency)

        if billed := given.get("already_billed_amount"):
            assert rate(charge, before, currency=currency).amount.minor == billed
        found = {
            "amount": more.amount.minor,
            "usage": part(more, PartKind.PACKAGES),
            "discount": -part(more, PartKind.MAXIMUM),
        }
        assert {name: found[name] for name in wanted} == wanted


class TestAPercentage:
    @each_of("price.percentage")
    def test_is_of_what_the_free_events_leave(self, case: Given) -> None:
        given, wanted = case["given"], case["then"]
        totals = [Decimal(0), *map(Decimal, given["running_totals_of_free"])]
        usage = Usage(
            quantity=Decimal(case["when"][0]["quantity_decimal"]),
            events=given["events"],
            first_amounts=tuple(after - before for before, after in pairwise(totals)),
        )

        rated = rate(charge_of(given), usage, currency=given["currency"])

        charged = next(x.quantity for x in rated.parts if x.kind is PartKind.EVENTS)
        assert charged is not None
        assert {
            "percent_part": part(rated, PartKind.PERCENT),
            "fixed_part": part(rated, PartKind.EVENTS),
            "amount": rated.amount.minor,
            "free_events_used": usage.events - int(charged),
        } == wanted


class TestAMinimumCommitment:
    @each_of("price.minimum_commitment")
    def test_is_reached_by_what_is_missing(self, case: Given) -> None:
        given = case["given"]
        subscription = given["subscription"]
        currency = subscription["currency"]
        terms = a_plan(
            Money(subscription["amount"], currency),
            minimum_minor=given["minimum"],
        )
        days, of_days = days_of_first_period(subscription)

        price = price_period(terms=terms, quantity=1, period=1, days=days, of_days=of_days)

        [true_up] = price.charges
        assert {"minimum_true_up": true_up.amount.minor} == case["then"]
        assert true_up.parts == (price.charges[0].parts[0],)
        # The sum is the whole minimum, or its share of the days.
        assert price.total == Money(given["minimum"], currency).times(Decimal(days) / of_days)


class TestAShortFirstPeriod:
    @each_of("proration.leading")
    def test_costs_its_days(self, case: Given) -> None:
        given = case["given"]["subscription"]
        begins_on = dt.datetime.fromisoformat(given["start"]).date()
        begins_on += dt.timedelta(days=given.get("trial_days", 0))
        days, of_days = first_days(
            begins_on, anchor_day=given["anchor_day"], unit=IntervalUnit.MONTH, count=1
        )

        price = price_period(
            terms=a_plan(Money(given["amount"], given["currency"])),
            quantity=1,
            period=0,
            days=days,
            of_days=of_days,
        )

        wanted = case["then"]
        first = wanted["lines"][0]["amount"] if "lines" in wanted else wanted["invoice_total"]
        assert price.total.minor == first


class TestPriceSteps:
    @each_of("lifecycle.price_steps")
    def test_are_phases_of_a_plan(self, case: Given) -> None:
        *steps, last = case["given"]["subscription"]["price_steps"]
        terms = a_plan(
            Money(last["amount"], "USD"),
            phases=tuple(PlanPhase(periods=1, price_minor=step["amount"]) for step in steps),
        )

        totals = [
            price_period(terms=terms, quantity=1, period=period).total.minor
            for period in range(case["then"]["lines"])
        ]

        assert sum(totals) == case["then"]["invoice_total"]


class TestAggregates:
    @each_of("usage.aggregation.latest", "usage.aggregation.max")
    def test_are_rated_as_any_other_quantity(self, case: Given) -> None:
        given = case["given"]
        charge = Charge(
            code="it",
            title="It",
            model=ChargeModel.PER_UNIT,
            unit_minor=Decimal(given["unit_amount"]),
        )
        values = [Decimal(event["value"]) for event in given["events"]]
        # The aggregation itself is a meter's; here stands what it gives after each event.
        seen = list(accumulate(values, max)) if given["aggregation"] == "max" else values

        amounts = [
            rate(charge, Usage(quantity=x), currency=given["currency"]).amount.minor for x in seen
        ]

        assert amounts == case["then"]["amounts"]


class TestUsageInSteps:
    @each_of("usage.already_billed")
    def test_bills_only_what_is_missing(self, case: Given) -> None:
        given = case["given"]
        charge = Charge(
            code="it",
            title="It",
            model=ChargeModel.PACKAGE,
            package_size=Decimal(given["block_size"]),
            unit_minor=Decimal(given["block_amount"]),
        )
        totals = [
            rate(charge, Usage(quantity=Decimal(x["quantity"])), currency="USD").amount.minor
            for x in given["usage"]
        ]

        billed = [x["amount"] for x in given["already_billed"]]
        assert totals == case["then"]["total_amounts"]
        assert [x - y for x, y in zip(totals, billed, strict=True)] == case["then"]["new_amounts"]


def test_every_price_area_has_its_test() -> None:
    areas = {area for area in every_area("billing") if area.startswith("price.")}

    assert areas == {*ONE_QUANTITY, *OTHERS}


def test_a_plan_without_meters_has_nothing_to_price_afterwards() -> None:
    terms = a_plan(Money(10_00, "USD"), minimum_minor=50_00)

    assert price_usage(terms=terms, quantity=1, period=0, usage={}).charges == ()


def a_plan(price: Money, **more: Any) -> PlanTerms:
    return PlanTerms(
        plan_id=UUID(int=1),
        code="team",
        version=1,
        title="Team",
        kind=PlanKind.ACCESS,
        interval_unit=IntervalUnit.MONTH,
        interval_count=1,
        trial_days=0,
        feature="team",
        price=price,
        **more,
    )


def days_of_first_period(subscription: Given) -> tuple[int, int]:
    """Days from the start to the end of its calendar period, and those of the whole one."""
    if subscription["billing_time"] == "anniversary":
        return 1, 1
    start = dt.date.fromisoformat(subscription["start"][:10])
    months = {"month": 1, "quarter": 3}[subscription["interval"]]
    first = dt.date(start.year, (start.month - 1) // months * months + 1, 1)
    end = dt.date(first.year, first.month + months, 1)
    return (end - start).days, (end - first).days
