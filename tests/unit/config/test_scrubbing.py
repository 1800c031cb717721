"""What must never leave in a log line or an error report."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.scrubbing import MASK, is_card_number, scrub, scrub_text

CARDS = ["4242424242424242", "5555555555554444", "378282246310005", "6011111111111117", "2223003122003222", "3056930009020004"]  # fmt: skip


class TestScrubByKey:
    @pytest.mark.parametrize(
        "key",
        [
            "password", "new_password", "token", "access-token", "Authorization", "HTTP_COOKIE",
            "client_secret", "stripe_webhook_secret", "api_key", "email", "customer_email",
            "phone", "shipping_address", "line1", "postal_code", "postalCode", "card_number",
            "cvc", "pan", "ip_address", "full_name", "recipient", "iban",
        ],
    )  # fmt: skip
    def test_removes_the_value_whatever_it_is(self, key):
        assert scrub({key: "x"}) == {key: MASK}
        assert scrub({"order": [{key: {"deep": 1}}]}) == {"order": [{key: MASK}]}

    @pytest.mark.parametrize(
        "key",
        ["event", "order_id", "sku", "status", "span_id", "company", "name", "logger", "amount"],
    )
    def test_keeps_what_is_worth_reading(self, key):
        assert scrub({key: "x"}) == {key: "x"}

    def test_keeps_that_something_is_missing_or_true(self):
        assert scrub({"email": None, "email_confirmed": True}) == {
            "email": None,
            "email_confirmed": True,
        }


class TestScrubByPattern:
    @pytest.mark.parametrize(
        "secret",
        [
            "ada@example.com", "Ada.L+shop@mail.example.co.uk", *CARDS, "4242 4242 4242 4242",
            "4242-4242-4242-4242", "sk_test_51abcDEF12345678", "whsec_0123456789abcdef",
            "ck_aaaaaaaabbbbbbbbccccccccdddddddd", "Bearer abc.def-123", "bearer  0123",
            "pi_3abc_secret_4def", "0123456789abcdef" * 4,
        ],
    )  # fmt: skip
    def test_finds_it_in_the_middle_of_a_sentence(self, secret):
        sentence = f"could not do it for {secret}, sorry"

        assert secret not in scrub_text(sentence)
        assert scrub_text(sentence).startswith("could not do it for ")
        assert scrub_text(sentence).endswith(", sorry")

    def test_finds_a_card_number_that_is_a_number(self):
        assert scrub({"value": 4242424242424242}) == {"value": MASK}

    def test_finds_the_password_in_an_address(self):
        assert "hunter2" not in scrub_text("postgres://commerce:hunter2@db:5432/commerce is away")

    @pytest.mark.parametrize(
        "harmless",
        [
            "ord_01h455vb4pex5vsknk084sn02q is paid",
            "019f3f2e-6c00-7000-8000-000000000000",
            "2027-03-01T12:00:00.123456+00:00",
            "1795231234567 ms",  # thirteen digits that pass the card check, and are a time
            "4242424242424243",  # sixteen digits that do not
            "GTIN 4006381333931 on sku MUG-RED",
            "99999999 USD",
            "SELECT 1",
        ],
    )
    def test_leaves_alone_what_only_looks_like_it(self, harmless):
        assert scrub_text(harmless) == harmless

    def test_keeps_the_shape_of_what_is_not_text(self):
        value = {
            "at": dt.date(2027, 3, 1),
            "id": UUID(int=7),
            "total": Decimal("12.50"),
            "n": 3,
            "parts": ("a", None, 1.5, True),
        }

        assert scrub(value) == {
            "at": "2027-03-01",
            "id": "00000000-0000-0000-0000-000000000007",
            "total": "12.50",
            "n": 3,
            "parts": ["a", None, 1.5, True],
        }

    def test_ends_on_a_cycle(self):
        knot: dict[str, object] = {}
        knot["self"] = knot

        assert MASK in str(scrub(knot))


class TestIsCardNumber:
    @pytest.mark.parametrize("number", CARDS)
    def test_knows_the_check_digit(self, number):
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

        assert is_card_number(number)
        assert not is_card_number(wrong)


class TestScrub:
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=20,
        )
    )
    def test_takes_anything_and_does_nothing_twice(self, value):
        once = scrub({"value": value})

        assert scrub(once) == once
