"""One suite of promises, asked of the sandbox and, when a test key is at hand, of Stripe itself.

Tests that take `client` or `pay` run against both: set STRIPE_TEST_SECRET_KEY (an `sk_test_…` key)
to include Stripe. Tests that take `sandbox` use its control calls and run against it alone.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe
from stripe import StripeClient

from tests.fakes.stripe_process import StripeSandbox, stripe_sandbox
from tests.fakes.webhook_receiver import WebhookReceiver, webhook_receiver

STRIPE_KEY = os.environ.get("STRIPE_TEST_SECRET_KEY")
TARGETS = ["sandbox", *(["stripe"] if STRIPE_KEY else [])]

type Pay = Callable[..., stripe.PaymentIntent]


@pytest.fixture(scope="session")
def _process(tmp_path_factory) -> Iterator[StripeSandbox]:
    with stripe_sandbox(tmp_path_factory.mktemp("sandbox")) as process:
        yield process


@pytest.fixture
def sandbox(_process) -> StripeSandbox:
    """An empty sandbox, without faults, at today's date."""
    _process.reset()
    return _process


@pytest.fixture
def sandbox_client(sandbox) -> StripeClient:
    return connect(sandbox)


@pytest.fixture(params=TARGETS)
def client(request) -> StripeClient:
    """The official SDK, pointed at the sandbox or at Stripe."""
    if request.param == "stripe":
        assert STRIPE_KEY.startswith("sk_test_"), "never run tests with a live key"
        return StripeClient(STRIPE_KEY, max_network_retries=2)
    return request.getfixturevalue("sandbox_client")


@pytest.fixture
def pay(client) -> Pay:
    """Take a payment in one request, as a checkout does."""

    def pay(payment_method: str = "pm_card_visa", **more: Any) -> stripe.PaymentIntent:
        return client.v1.payment_intents.create(payment(payment_method, **more))

    return pay


@pytest.fixture
def customer(client) -> stripe.Customer:
    return client.v1.customers.create({"email": "ada@example.com", "name": "Ada"})


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with webhook_receiver() as receiver:
        yield receiver


def connect(sandbox: StripeSandbox) -> StripeClient:
    # Without retries of its own, so that each fault is seen.
    return StripeClient(
        "sk_test_sandbox", base_addresses={"api": sandbox.base}, max_network_retries=0
    )


def payment(payment_method: str = "pm_card_visa", **more: Any) -> dict[str, Any]:
    """The parameters of a payment that is created and confirmed at once."""
    return {
        "amount": 25_00,
        "currency": "eur",
        "payment_method": payment_method,
        "confirm": True,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        **more,
    }
