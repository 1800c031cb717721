"""What a typed term can mean."""

from __future__ import annotations

import pytest
from django.db.models import Q

from commerce.shared import ids
from commerce.shared.admin.find import (
    TERM_LENGTH_MAX,
    belonging_to,
    email,
    exact,
    number,
    rows_meant_by,
)

FINDERS = (belonging_to("pk", "ord"), number("number"), exact("provider_id"), email())


class TestATerm:
    def test_is_looked_up_in_every_column_it_can_mean(self):
        assert rows_meant_by(" r10 ", FINDERS) == Q(number="R10") | Q(provider_id="r10")

    def test_that_is_an_address_is_looked_up_as_one_only(self):
        found = rows_meant_by("ada@example.com", FINDERS)

        assert "LOWER" in str(found).upper()
        assert "number" not in str(found)

    def test_that_is_a_public_id_finds_its_row(self):
        order = ids.new_id()

        found = rows_meant_by(ids.encode("ord", order), FINDERS[:1])

        assert found == Q(pk=order)

    def test_that_is_the_id_of_something_else_does_not(self):
        assert rows_meant_by(ids.encode("inv", ids.new_id()), FINDERS[:1]) is None

    def test_narrows_where_an_index_begins_with_another_column(self):
        (finder,) = [exact("event_id", provider="stripe")]

        assert finder.condition("evt_1") == Q(("event_id", "evt_1"), ("provider", "stripe"))

    @pytest.mark.parametrize("term", ["", "   ", "a\0b", "x" * (TERM_LENGTH_MAX + 1)])
    def test_that_cannot_mean_anything_asks_nothing(self, term):
        assert rows_meant_by(term, FINDERS) is None
