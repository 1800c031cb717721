"""What must never leave in a log line or an error report."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.shared.scrubbing import MASK, is_card_number, scrub, scrub_text

CARDS = ["4242424242424242", "5555555555554444", "378282246310005", "6011111111111117", "2223003122003222", "3056930009020004"]  # fmt: skip


class TestScrubByKey:
    @pytest.mark.parametrize(
        "key",
        [
            "password", "new_password", "token", "access-token", "Authorization", "HTTP_COOKIE",
            "client_secret", "stripe_webhook_secret", "api_key", "email", "customer_email",
            "phone", "shipping_address", "line1", "postal_code", "postalCode", "card_number",
            "cvc", "pan", "ip_address", "full_name", "recipient", "iban", "name", "city", "contact",
            "client_ip", "ip", "REMOTE_ADDR", "X-Forwarded-For", "Forwarded", "CF-Connecting-IP",
        ],
    )  # fmt: skip
    def test_removes_the_value_whatever_it_is(self, key):
        assert scrub({key: "x"}) == {key: MASK}
        assert scrub({"order": [{key: {"deep": 1}}]}) == {"order": [{key: MASK}]}

    @pytest.mark.parametrize(
        "key",
        ["event", "order_id", "sku", "status", "span_id", "company", "logger", "amount"],
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
            "ada%40example.com", "+1 503 555 0199", "+493012345678", "(503) 555-0199",
            "503-555-0199", "203.0.113.9", "2001:db8::9", "2001:db8:0:0:0:0:0:9",
        ],
    )  # fmt: skip
    def test_finds_it_in_the_middle_of_a_sentence(self, secret):
        sentence = f"could not do it for {secret}, sorry"

        assert secret not in scrub_text(sentence)
        assert scrub_text(sentence).startswith("could not do it for ")
        assert scrub_text(sentence).endswith(", sorry")

    @pytest.mark.parametrize(
        ("told", "kept"),
        [
            ("Key (email)=(Ada) already exists.", "Key (email)="),
            ("Key (lower(email))=(a) b) already exists.", "already exists."),
            ("Key (city, name)=(Ada, 1) is not present in table x.", "is not present in table x."),
            ("DETAIL: Key (slug)=(Ada) is still referenced", "is still referenced"),
            ("new row\nDETAIL: Failing row contains (1, Ada (L.), null).\nhere", "\nhere"),
            ("IntegrityError('Failing row contains (1, Ada).')", "IntegrityError('"),
            ("Failing row contains (1, Ada", "Failing row contains "),
            ("Key (email)=(Ada", "Key (email)="),
        ],
    )
    def test_finds_what_the_database_quotes(self, told, kept):
        assert not {"Ada", "a)", "b)"} & set(scrub_text(told).replace("(", " ").split())
        assert "Ada" not in scrub_text(told)
        assert kept in scrub_text(told)

    @pytest.mark.parametrize(
        "told",
        [
            "postgres://shop:hunter2@db/shop",
            "postgres://shop:p@hunter2@db/shop",
            "https://u:p/hunter2@shop.example/",
            "host=db user=shop password=hunter2 dbname=shop",
            "host=db password='hun ter hunter2' dbname=shop",
        ],
    )
    def test_finds_the_password_of_a_connection(self, told):
        assert "hunter2" not in scrub_text(f"cannot reach {told} today")
        assert scrub_text(f"cannot reach {told} today").endswith(" today")

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
            "127.0.0.1:5432 is away",
            "took 12:00:01.5, version 6.1.3, release 2026.11.21",
            "10-2026-11-21 and 5-3-2",
            "Key (slug) is missing",
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
