"""Keyset pages: every row once, whatever happens between two pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import signing
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.shared.api.pages import BadQuery, check_query, keyset_page, limit_of
from tests.sample.models import Note

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def page(query="", *, order_by=("rank", "id"), rows=None, scope=""):
    return keyset_page(
        Note.objects.all() if rows is None else rows,
        QueryDict(query),
        order_by=order_by,
        render=lambda note: {"id": note.pk, "rank": note.rank},
        scope=scope,
    )


def walk(limit, **options):
    found, cursor = [], ""
    while True:
        shown = page(f"limit={limit}{cursor}", **options)
        found += [row["id"] for row in shown["data"]]
        assert shown["has_more"] == (shown["next_cursor"] is not None)
        if not shown["has_more"]:
            return found
        assert len(shown["data"]) == limit
        cursor = f"&cursor={shown['next_cursor']}"


class TestPages:
    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
    )
    @given(
        ranks=st.lists(st.integers(0, 2), max_size=12), limit=st.integers(1, 5), down=st.booleans()
    )
    def test_show_every_row_once_in_order_also_where_many_tie(self, db, ranks, limit, down):
        Note.objects.all().delete()
        Note.objects.bulk_create([Note(text="x", rank=rank) for rank in ranks])
        order_by = ("-rank", "-id") if down else ("rank", "id")

        expected = list(Note.objects.order_by(*order_by).values_list("pk", flat=True))

        assert walk(limit, order_by=order_by) == expected

    def test_order_by_instants_to_the_microsecond(self):
        for micros in (3, 1, 2, 2, 1):
            Note.objects.create(text="x", written_at=NOON + dt.timedelta(microseconds=micros))
        order_by = ("-written_at", "-id")

        assert walk(1, order_by=order_by) == list(
            Note.objects.order_by(*order_by).values_list("pk", flat=True)
        )

    def test_neither_repeat_nor_lose_a_row_when_others_come_and_go(self):
        notes = [Note.objects.create(text="x", rank=rank) for rank in (10, 20, 30, 40)]
        first = page("limit=2")
        Note.objects.create(text="new before", rank=5)
        notes[1].delete()

        second = page(f"limit=2&cursor={first['next_cursor']}")

        assert [row["rank"] for row in first["data"] + second["data"]] == [10, 20, 30, 40]

    def test_cost_one_statement(self, django_assert_num_queries):
        Note.objects.bulk_create([Note(text="x") for _ in range(30)])
        cursor = page()["next_cursor"]

        with django_assert_num_queries(1):
            page(f"cursor={cursor}")

    def test_have_twenty_rows_unless_asked(self):
        Note.objects.bulk_create([Note(text="x") for _ in range(30)])

        assert len(page()["data"]) == 20

    def test_of_nothing_are_empty(self):
        assert page() == {"data": [], "next_cursor": None, "has_more": False}


class TestCursors:
    @pytest.fixture
    def cursor(self):
        Note.objects.bulk_create([Note(text="x") for _ in range(30)])
        return page()["next_cursor"]

    @pytest.mark.parametrize(
        "options", [{"order_by": ("-rank", "-id")}, {"order_by": ("id",)}, {"scope": "status=open"}]
    )
    def test_belong_to_one_list_sort_and_filter(self, cursor, options):
        with pytest.raises(BadQuery):
            page(f"cursor={cursor}", **options)

    @pytest.mark.parametrize("i", [0, 5, -1])
    def test_cannot_be_altered(self, cursor, i):
        other = "A" if cursor[i] != "A" else "B"
        altered = cursor[:i] + other + cursor[i:][1:]

        with pytest.raises(BadQuery):
            page(f"cursor={altered}")

    @pytest.mark.parametrize(
        "made_up",
        ["x", "%00", "é", "a:b:c", "." * 3000, signing.dumps(["1", "2"])],
        # Every process has to give a test the same name.
        ids=["a letter", "a null", "no ascii", "colons", "dots", "signed for something else"],
    )
    def test_cannot_be_made_up(self, cursor, made_up):
        with pytest.raises(BadQuery):
            page(f"cursor={made_up}")


class TestQueries:
    @pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "", "1.0", "٣", "9" * 50, "1e1"])
    def test_ask_for_one_to_a_hundred_rows(self, limit):
        with pytest.raises(BadQuery):
            limit_of(QueryDict(f"limit={limit}"))

    def test_may_not_ask_for_what_does_not_exist(self):
        with pytest.raises(BadQuery, match=r"staus\. Known: limit, status"):
            check_query(QueryDict("staus=open"), allowed={"status", "limit"})

    def test_may_not_hold_a_null_character(self):
        with pytest.raises(BadQuery):
            check_query(QueryDict("status=%00"), allowed={"status"})
