"""Public ids: a prefix for people, a UUIDv7 for the index."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.shared.api.urls import PREFIXES, _converter
from commerce.shared.ids import InvalidId, decode, encode, first_id_at, made_at, new_id

ORDER = UUID("01889c89-df6b-7f1c-a388-91396ec314bc")
PUBLIC = "ord_01h2e8kqvbfwea724h75qc655w"  # the pair of the TypeID specification

START = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class TestIds:
    def test_are_written_as_typeid_writes_them(self):
        assert encode("ord", ORDER) == PUBLIC
        assert decode("ord", PUBLIC) == ORDER

    @given(st.uuids(), st.sampled_from(PREFIXES))
    def test_survive_the_way_there_and_back(self, value, prefix):
        assert decode(prefix, encode(prefix, value)) == value

    @given(st.lists(st.uuids(), min_size=2))
    def test_sort_as_text_like_they_sort_as_uuids(self, values):
        assert sorted(values) == [
            decode("x", text) for text in sorted(encode("x", v) for v in values)
        ]

    def test_sort_by_the_time_they_were_made(self):
        made = [new_id() for _ in range(1000)]

        assert made == sorted(made)
        assert len(set(made)) == 1000

    @pytest.mark.parametrize(
        "text",
        ["", "ord_", "ord", PUBLIC[4:], f"inv_{PUBLIC[4:]}", PUBLIC[:-1], PUBLIC + "0", PUBLIC.upper(), PUBLIC.replace("e", "l"), "ord_8" + PUBLIC[5:], "ord_" + "é" * 26, f"ord_{ORDER}"],
    )  # fmt: skip
    def test_of_another_kind_are_refused(self, text):
        with pytest.raises(InvalidId):
            decode("ord", text)

    @given(st.text())
    def test_are_refused_or_read_and_nothing_else(self, text):
        with contextlib.suppress(InvalidId):
            assert encode("ord", decode("ord", text)) == text

    def test_tell_when_they_were_made(self):
        assert abs(made_at(new_id()) - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)

    @given(
        st.integers(0, 80 * 365 * 86400 * 10**6).map(
            lambda micros: START + dt.timedelta(microseconds=micros)
        )
    )
    def test_of_a_moment_begin_with_the_first(self, moment):
        first = first_id_at(moment)

        assert first.version == 7
        assert dt.timedelta(0) <= moment - made_at(first) < dt.timedelta(milliseconds=1.001)

    def test_of_now_are_above_the_first_of_a_moment_ago(self):
        a_moment_ago = dt.datetime.now(dt.UTC) - dt.timedelta(milliseconds=5)

        assert new_id() > first_id_at(a_moment_ago)


class TestConverters:
    def test_take_an_id_of_their_kind_from_an_address(self):
        converter = _converter("ord")()

        assert converter.to_python(PUBLIC) == ORDER
        assert converter.to_url(ORDER) == PUBLIC

    @pytest.mark.parametrize("prefix", PREFIXES)
    def test_match_every_id_that_can_be_made(self, prefix):
        assert re.fullmatch(_converter(prefix).regex, encode(prefix, new_id()))
        assert re.fullmatch(_converter(prefix).regex, encode(prefix, UUID(int=2**128 - 1)))
