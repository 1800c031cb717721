"""How values look to staff."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace as Row

import pytest

from commerce.shared import ids
from commerce.shared.admin import columns, show
from commerce.shared.money import Money

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
EVIL = "<script>alert(1)</script>"


class TestMoney:
    def test_is_shown_in_major_units(self):
        assert columns.money("total")(Row(total=Money(12_50, "USD"))) == "12.50 USD"

    def test_knows_currencies_without_cents(self):
        assert columns.money("total_minor")(Row(total_minor=1250, currency="JPY")) == "1,250 JPY"


class TestStates:
    @pytest.mark.parametrize(
        ("state", "color"),
        [
            ("paid", "green"),
            ("processing", "blue"),
            ("past_due", "orange"),
            ("unknown", "red"),
            ("canceled", "base"),
        ],
    )
    def test_are_colored_by_what_they_ask_of_somebody(self, state, color):
        assert f"text-{color}-700" in show.label(state)

    def test_are_words_and_not_codes(self):
        assert ">past due<" in show.label("past_due")


class TestColumns:
    def test_show_nothing_as_a_dash(self):
        assert columns.text("note")(Row(note=None)) == show.NOTHING
        assert columns.text("note")(Row(note="")) == show.NOTHING

    def test_reach_through_relations_that_may_be_missing(self):
        assert columns.text("level.sku")(Row(level=Row(sku="mug"))) == "mug"
        assert columns.text("level.sku")(Row(level=None)) == show.NOTHING

    def test_do_not_hide_a_misspelt_column(self):
        for name in ("nothing_like_it", "level.nothing_like_it"):
            with pytest.raises(AttributeError):
                columns.text(name)(Row(sku="mug", level=Row(sku="mug")))

    def test_write_an_address_as_on_an_envelope(self):
        ship_to = {
            "name": "Ada L.",
            "line1": "1 Main St",
            "city": "Portland",
            "region": "OR",
            "postal_code": "97201",
            "country": "US",
        }

        shown = columns.address("ship_to")(Row(ship_to=ship_to))

        assert shown == "Ada L.<br>1 Main St<br>97201 Portland OR<br>US"

    def test_lead_from_a_public_id_to_its_page(self):
        order = ids.new_id()

        shown = columns.subject()(Row(subject=ids.encode("ord", order)))

        assert f'href="/admin/billing/order/{order}/change/"' in shown

    @pytest.mark.parametrize("name", ["fulfilment_order:1", "ord_short", "xyz_1", "", "evt_1"])
    def test_leave_other_names_as_they_are(self, name):
        assert show.linked(name) == name


class TestTimeline:
    def test_tells_amounts_as_money_and_kinds_as_words(self):
        told = show.timeline(
            [(NOON, "refund_started", {"amount": {"amount": 1_49, "currency": "USD"}, "by": None})]
        )

        assert "2027-03-01 12:00:00" in told
        assert "refund started" in told
        assert "amount: 1.49 USD · by: –" in told


class TestWhatSomebodyTyped:
    @pytest.mark.parametrize(
        "shown",
        [
            show.timeline([(NOON, EVIL, {EVIL: EVIL, "list": [EVIL], "map": {EVIL: EVIL}})]),
            show.facts([(EVIL, EVIL)]),
            show.document({EVIL: EVIL}),
            show.label(EVIL),
            columns.address("to")(Row(to={"name": EVIL, "city": EVIL})),
        ],
        ids=["timeline", "facts", "document", "label", "address"],
    )
    def test_is_never_markup(self, shown):
        assert "<script" not in shown
        assert "&lt;script" in shown
