"""A provider that is slow, refuses, breaks, or loses its answer on the way."""

from __future__ import annotations

import pytest

from dev.demo import moves
from dev.demo.moves import Shop
from dev.stack import Stack
from tests.shops import comes_to_rest

pytestmark = [pytest.mark.stack, pytest.mark.faults]

CHARGE = "/v1/payment_intents"


class TestProvider:
    @pytest.mark.parametrize(
        "fault",
        [
            {"kind": "latency", "seconds": 1},
            {"kind": "too_many_requests", "count": 1},
            {"kind": "key_in_use", "count": 1},
            {"kind": "error_after_commit", "count": 1},
            {"kind": "cut_before_commit", "count": 1},
            {"kind": "cut_after_commit", "count": 1},
        ],
        ids=lambda fault: fault["kind"],
    )
    def test_trouble_ends_in_one_charge_or_none(self, stack: Stack, shop: Shop, fault):
        sku = moves.find_products(shop.guest)[0]["skus"][0]
        checkout = moves.open_checkout(shop.guest, [{"sku": sku, "quantity": 1}])
        shop.stripe("POST", "faults", {**fault, "path": CHARGE, "method": "POST"})

        answer = moves.complete(shop.guest, checkout, expect=None)

        assert answer.status_code in (201, 202, 503), answer.text
        assert shop.stripe("GET", "faults")["data"][0]["fired"] >= 1
        shop.stripe("DELETE", "faults")
        if answer.status_code == 503:  # known to have moved nothing: the customer tries again
            answer = moves.complete(shop.guest, checkout, expect=None)
            assert answer.status_code in (201, 202), answer.text
        order = moves.wait_for_order(
            moves.buyer_of(shop.guest, checkout),
            answer.json()["order"]["id"],
            what="the order is paid",
            until=lambda order: order["status"] == "paid",
        )
        assert order["payment_status"] == "paid"
        comes_to_rest(stack)

    def test_error_that_it_repeats_for_ever_is_never_taken_for_a_no(self, stack: Stack, shop: Shop):
        # Stripe saves a 500 and answers it again for the same key: whether money moved is told
        # by nothing but its own records.
        sku = moves.find_products(shop.guest)[0]["skus"][0]
        checkout = moves.open_checkout(shop.guest, [{"sku": sku, "quantity": 1}])
        shop.stripe("POST", "faults", {"kind": "error_before_commit", "count": 1, "path": CHARGE})

        told = moves.complete(shop.guest, checkout, expect=None)

        answer = told.json()
        assert (told.status_code, answer["status"]) == (202, "processing")
        again = moves.complete(shop.guest, checkout, card="pm_card_mastercard", expect=None)
        assert again.status_code == 202, "no second charge while the first is unknown"
        payment = moves.buyer_of(shop.guest, checkout).get(f"/payments/{answer['payment']['id']}")
        assert [attempt["status"] for attempt in payment["attempts"]] == ["unknown"]
        comes_to_rest(stack)
