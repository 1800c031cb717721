"""Addresses: what each country's post office needs, and how it writes it."""

from __future__ import annotations

import pytest

from commerce.billing.checkout.addresses import AddressInvalid, checked_address

HOME = {
    "name": "Ada L.",
    "line1": "1 Main St",
    "city": "Portland",
    "region": "Oregon",
    "postal_code": "97201",
    "country": "US",
}


class TestAnAddress:
    def test_is_written_as_its_post_office_wants_it(self):
        assert checked_address(HOME) == {**HOME, "region": "OR"}

    def test_needs_no_region_where_nobody_uses_one(self):
        berlin = {
            "name": "Ada",
            "line1": "Weg 1",
            "city": "Berlin",
            "postal_code": "10115",
            "country": "DE",
        }

        assert checked_address(berlin)["postal_code"] == "10115"

    @pytest.mark.parametrize(
        ("changes", "problems"),
        [
            ({"postal_code": "1"}, {"postal_code": "invalid"}),
            ({"postal_code": "90210"}, {"postal_code": "invalid"}),
            ({"region": "Bavaria"}, {"region": "invalid"}),
            ({"city": ""}, {"city": "required"}),
            ({"line1": ""}, {"line1": "required"}),
            ({"country": "XX"}, {"country": "invalid"}),
        ],
    )
    def test_says_what_is_wrong_with_which_field(self, changes, problems):
        with pytest.raises(AddressInvalid) as refused:
            checked_address(HOME | changes)

        assert refused.value.problems == problems
