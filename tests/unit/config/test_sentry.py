"""Error reports: they arrive, and carry nothing personal."""

from __future__ import annotations

import json
import logging

import pytest
import sentry_sdk
from django.http import HttpRequest
from sentry_sdk.transport import Transport

from commerce.shared.correlation import correlated
from commerce.shared.errors import Conflict
from config import sentry

DSN = "https://public@sentry.example/1"


class Memory(Transport):
    """Keeps what would have been sent."""

    def __init__(self, options=None):
        super().__init__(options)
        self.sent = []

    def capture_envelope(self, envelope):
        self.sent += [item.payload.json for item in envelope.items if item.payload.json]


@pytest.fixture
def memory():
    memory = Memory()
    with sentry_sdk.isolation_scope():
        sentry.configure(DSN, environment="test", transport=memory)
        yield memory
    sentry_sdk.init()  # silent again


class TestSentry:
    def test_hears_what_nobody_expected_with_the_id_of_the_work(self, memory):
        with correlated("req_of_this_test"):
            sentry_sdk.capture_exception(ZeroDivisionError("the shop broke"))

        (event,) = memory.sent
        assert event["exception"]["values"][0]["type"] == "ZeroDivisionError"
        assert event["tags"]["correlation_id"] == "req_of_this_test"
        assert event["environment"] == "test"

    def test_hears_errors_that_were_only_logged(self, memory):
        logging.getLogger("commerce.billing").error("ledger is out of balance")

        assert memory.sent[0]["logentry"]["message"] == "ledger is out of balance"

    def test_is_not_bothered_with_refusals(self, memory):
        sentry_sdk.capture_exception(Conflict("somebody was faster"))

        assert memory.sent == []

    def test_is_told_nothing_personal(self, memory):
        canaries = [
            "ada@example.com",
            "4242424242424242",
            "sk_live_verysecret99",
            "1 Main St",
            "hunter2",
        ]
        sentry_sdk.set_user({"email": "ada@example.com", "ip_address": "10.0.0.1"})
        sentry_sdk.add_breadcrumb(message="mail to ada@example.com", data={"password": "hunter2"})
        sentry_sdk.set_context("checkout", {"shipping_address": {"line1": "1 Main St"}})
        sentry_sdk.set_extra("card", "4242424242424242")

        def charge(email, card):
            local_secret = "sk_live_verysecret99"  # noqa: F841 - stands in the frame
            raise ValueError(f"{email} cannot pay with {card}")

        try:
            charge("ada@example.com", "4242424242424242")
        except ValueError:
            sentry_sdk.capture_exception()

        (event,) = memory.sent
        # The source lines around the error are code, and this test's code names its canaries.
        for frame in event["exception"]["values"][0]["stacktrace"]["frames"]:
            for part in ("pre_context", "context_line", "post_context"):
                frame.pop(part, None)
            assert "vars" not in frame
        told = json.dumps(event)
        assert [canary for canary in canaries if canary in told] == []
        assert "10.0.0.1" not in told

    def test_says_nothing_without_an_address(self):
        sentry.configure(None, environment="test")

        assert sentry_sdk.get_client().transport is None


class TestRequests:
    def test_are_reported_without_body_query_or_cookies(self, memory):
        request = HttpRequest()
        event = {
            "request": {
                "url": "https://shop.example/v1/checkouts",
                "query_string": "email=ada@example.com",
                "data": {"email": "ada@example.com"},
                "cookies": {"sessionid": "x"},
                "headers": {"Authorization": "Bearer x", "Accept": "application/json"},
            }
        }

        cleaned = sentry._without_personal_data(event, {"request": request})

        assert cleaned["request"] == {
            "url": "https://shop.example/v1/checkouts",
            "headers": {"Authorization": "[removed]", "Accept": "application/json"},
        }
