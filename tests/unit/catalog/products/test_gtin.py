"""GTINs: the digit that catches a typo."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.products.gtin import check_digit, is_gtin

# GS1's own examples (General Specifications, section 7.9.1) and numbers from real packs.
REAL = ["96385074", "036000291452", "4006381333931", "5901234123457", "00012345600012"]


class TestGtin:
    @pytest.mark.parametrize("number", REAL)
    def test_takes_real_numbers(self, number):
        assert is_gtin(number)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "4006381333932",
            "400638133393",
            "12345",
            "4006381333931 ",
            "４００６３８１３３３９３１",
        ],
    )
    def test_takes_nothing_else(self, text):
        assert not is_gtin(text)

    @given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
    def test_notices_any_single_wrong_digit(self, digits, place, shift):
        number = digits + str(check_digit(digits))
        wrong = str((int(number[place]) + shift) % 10)

        assert is_gtin(number)
        assert not is_gtin(number[:place] + wrong + number[place + 1 :])
