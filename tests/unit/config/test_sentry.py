"""Error reports: they arrive, and carry nothing personal."""

from __future__ import annotations

import json
import logging

import pytest
import sentry_sdk
from celery import current_app, shared_task
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import path
from rest_framework.views import APIView
from sentry_sdk.transport import Transport

from commerce.shared.correlation import correlated, current_correlation_id
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
            "Ada L.",
            "Portland",
            "10.9.8.7",
            "+1 503 555 0199",
            "ada%40example.com",
        ]
        sentry_sdk.set_user({"email": "ada@example.com", "ip_address": "10.0.0.1"})
        sentry_sdk.add_breadcrumb(message="mail to ada@example.com", data={"password": "hunter2"})
        sentry_sdk.set_context("checkout", {"shipping_address": {"line1": "1 Main St"}})
        sentry_sdk.set_extra("card", "4242424242424242")
        sentry_sdk.set_extra("found", "DETAIL: Failing row contains (1, Ada L., 10.9.8.7).")
        sentry_sdk.set_extra("taken", "Key (name)=(Ada L.) already exists.")
        sentry_sdk.set_extra("server", "host=db password=hunter2")
        sentry_sdk.set_extra("url", "postgres://shop:p@hunter2@db/shop?mail=ada%40example.com")
        sentry_sdk.set_context("customer", {"name": "Ada L.", "city": "Portland"})
        sentry_sdk.set_context("caller", {"client_ip": "10.9.8.7", "X-Forwarded-For": "10.9.8.7"})
        sentry_sdk.set_extra("call", "call +1 503 555 0199, seen from 10.9.8.7")

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


class Breaks(APIView):
    authentication_classes = permission_classes = ()

    def post(self, request):
        raise ZeroDivisionError(f"the shop broke for {request.data['email']}")


class Urls:
    urlpatterns = (path("breaks", Breaks.as_view()),)


class TestBrokenView:
    @pytest.fixture(autouse=True)
    def _no_database(self):
        # Django looks after its connections around a request; there is none here.
        request_started.disconnect(close_old_connections)
        yield
        request_started.connect(close_old_connections)

    def test_is_reported_once_with_the_id_of_its_request(self, memory, settings):
        settings.ROOT_URLCONF = Urls
        asked = RequestFactory().post(
            "/breaks?email=ada@example.com",
            {"email": "ada@example.com"},
            content_type="application/json",
            headers={"X-Request-Id": "req_of_this_test"},
        )
        statuses = []

        # Through the same door as the web server: test clients go past what Sentry has put there.
        WSGIHandler()(asked.environ, lambda status, _headers: statuses.append(status))

        assert statuses == ["500 Internal Server Error"]
        (event,) = memory.sent
        assert event["exception"]["values"][-1]["type"] == "ZeroDivisionError"
        assert event["tags"]["correlation_id"] == "req_of_this_test"
        assert event["request"]["url"] == "http://testserver/breaks"
        assert "ada@example.com" not in json.dumps(event)


class TestBrokenTask:
    def test_is_reported_once_with_the_id_of_its_work(self, memory):
        ids = []

        @shared_task(name="tests.breaks")
        def breaks():
            ids.append(current_correlation_id())
            raise ZeroDivisionError("the shop broke")

        try:
            outcome = breaks.apply()
        finally:
            current_app.tasks.unregister("tests.breaks")

        assert outcome.failed()
        (event,) = memory.sent
        assert event["exception"]["values"][-1]["type"] == "ZeroDivisionError"
        assert [event["tags"]["correlation_id"]] == ids

    def test_that_is_refused_is_not_reported(self, memory):
        @shared_task(name="tests.refuses")
        def refuses():
            raise Conflict("somebody was faster")

        try:
            outcome = refuses.apply()
        finally:
            current_app.tasks.unregister("tests.refuses")

        assert outcome.failed()
        assert memory.sent == []


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
