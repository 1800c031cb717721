"""Tracking numbers with GS1's check digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.carrier.tracking_numbers import check_digit, is_valid, tracking_number


class TestCheckDigit:
    @pytest.mark.parametrize(
        ("digits", "digit"),
        [
            # GS1's own example, "How to calculate a check digit manually": GTIN-13 629104150021-3.
            ("629104150021", "3"),
            # Wikipedia's, "International Article Number": a pen. The other two numbers would
            # also come out right with the weights swapped; this one would not.
            ("400638133393", "1"),
            # A book, ISBN 978-0-306-40615-7.
            ("978030640615", "7"),
        ],
    )
    def test_agrees_with_published_numbers(self, digits, digit):
        assert check_digit(digits) == digit


class TestTrackingNumber:
    def test_is_an_sscc_with_the_prefix_that_gs1_keeps_for_examples(self):
        assert tracking_number(1) == "0" + "9521234" + "000000001" + check_digit(
            "09521234000000001"
        )

    @given(st.integers(1, 10**9 - 1))
    def test_is_valid(self, serial):
        assert is_valid(tracking_number(serial))

    @given(st.integers(1, 10**9 - 1), st.integers(0, 17), st.integers(1, 9))
    def test_with_one_wrong_digit_is_not(self, serial, place, by):
        number = tracking_number(serial)
        wrong = str((int(number[place]) + by) % 10)

        assert not is_valid(number[:place] + wrong + number[place + 1 :])

    @pytest.mark.parametrize("text", ["", "1", "x" * 18, "0" * 19, "٠" * 18, "09521234 00000001"])
    def test_of_another_form_is_not_either(self, text):
        assert not is_valid(text)
