"""Typed values to plain JSON and back, checked to the last field."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.shared.codec import DecodeError, from_plain, to_plain
from commerce.shared.money import EXPONENTS, Money


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    id: UUID
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    text: str
    number: int
    yes: bool
    at: dt.datetime
    day: dt.date
    rate: Decimal
    color: Color
    size: Literal["s", "m"]
    inner: Inner
    maybe: Inner | None
    many: tuple[Inner, ...]
    units_by_sku: Mapping[str, int]
    words: Sequence[str]
    either: int | str
    with_default: int = 7
    with_factory: tuple[str, ...] = field(default_factory=tuple)


inners = st.builds(
    Inner,
    id=st.uuids(),
    price=st.builds(Money, st.integers(-(2**63), 2**63 - 1), st.sampled_from(sorted(EXPONENTS))),
)
everything = st.builds(
    Everything,
    text=st.text(),
    number=st.integers(),
    yes=st.booleans(),
    at=st.datetimes(timezones=st.timezones()),
    day=st.dates(),
    rate=st.decimals(allow_nan=False, allow_infinity=False),
    color=st.sampled_from(Color),
    size=st.sampled_from(["s", "m"]),
    inner=inners,
    maybe=st.none() | inners,
    many=st.lists(inners).map(tuple),
    units_by_sku=st.dictionaries(st.text(), st.integers()),
    words=st.lists(st.text()),
    either=st.integers() | st.text(),
    with_default=st.integers(),
    with_factory=st.lists(st.text()).map(tuple),
)
PLAIN = {
    "id": "01889c89-df6b-7f1c-a388-91396ec314bc",
    "price": {"amount": 1, "currency": "EUR"},
}


def in_utc(value: Everything) -> Everything:
    return replace(value, at=value.at.astimezone(dt.UTC))


class TestRoundTrip:
    @given(everything)
    def test_gives_back_what_went_in_through_real_json(self, value):
        wire = json.loads(json.dumps(to_plain(value)))

        found = from_plain(Everything, wire)

        # An instant stays the same instant; its zone travels as an offset. Compared in UTC: Python
        # holds a wall time that comes twice, when clocks go back, unlike every other zone's.
        assert in_utc(found) == in_utc(value)


class TestReading:
    def test_lets_pass_what_a_newer_release_has_added(self):
        assert from_plain(Inner, {**PLAIN, "since_v1_1": [1]}).price == Money(1, "EUR")

    def test_fills_in_what_an_older_release_did_not_know(self):
        @dataclass(frozen=True, kw_only=True)
        class Grown:
            a: int
            b: str | None = None

        assert from_plain(Grown, {"a": 1}) == Grown(a=1)

    @pytest.mark.parametrize(
        ("wanted", "value"),
        [
            (int, "1"), (int, 1.0), (int, True), (int, None), (str, 1), (bool, 1), (bool, "true"),
            (dt.datetime, "2027-03-01T12:00:00"), (dt.datetime, "noon"), (dt.datetime, 0),
            (dt.date, "2027-02-30"), (UUID, "x"), (UUID, 1), (Decimal, "many"), (Decimal, 1.5),
            (Color, "green"), (Color, None), (Literal["s"], "m"), (Money, {"amount": 1}),
            (Money, {"amount": "1", "currency": "EUR"}), (Money, {"amount": 1, "currency": "X"}),
            (Money, 1), (Inner, []), (Inner, {"id": PLAIN["id"]}), (Inner, {**PLAIN, "id": None}),
            (tuple[int, ...], "12"), (tuple[int, ...], [1, "2"]), (list[str], {"a": 1}),
            (Mapping[str, int], [("a", 1)]), (Mapping[str, int], {"a": "1"}), (int | None, "1"),
        ],
    )  # fmt: skip
    def test_refuses_what_does_not_fit(self, wanted: Any, value):
        with pytest.raises(DecodeError):
            from_plain(wanted, value)

    def test_says_where(self):
        plain = {
            **to_plain(EVERYTHING),
            "many": [PLAIN, {**PLAIN, "price": {"amount": 1.5, "currency": "EUR"}}],
        }

        with pytest.raises(DecodeError, match=r"^\$\.many\[1\]\.price: "):
            from_plain(Everything, plain)

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))  # fmt: skip
    def test_refuses_anything_else_without_another_error(self, value):
        with pytest.raises(DecodeError):
            from_plain(Everything, value)


class TestWriting:
    @pytest.mark.parametrize("value", [1.5, object(), {1, 2}.__iter__(), b"bytes"])
    def test_refuses_what_is_no_plain_data(self, value):
        with pytest.raises(TypeError):
            to_plain({"value": value})


EVERYTHING = Everything(
    text="x",
    number=1,
    yes=True,
    at=dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC),
    day=dt.date(2027, 3, 1),
    rate=Decimal("1.5"),
    color=Color.RED,
    size="s",
    inner=Inner(id=UUID(int=1), price=Money(1, "EUR")),
    maybe=None,
    many=(),
    units_by_sku={"mug": 1},
    words=["a"],
    either="x",
)
