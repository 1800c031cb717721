"""A shop with one of everything that has an id, and the callers who try their luck with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from commerce.billing.payments import provider
from commerce.fulfilment.carriers import our_carrier
from tests.contract.api.description import Description
from tests.contract.api.world import World
from tests.fakes.carrier import FakeCarrier
from tests.fakes.carrier_process import WEBHOOK_SECRET
from tests.fakes.stripe_process import StripeSandbox, stripe_sandbox


@pytest.fixture(scope="session")
def stripe_process(tmp_path_factory) -> Iterator[StripeSandbox]:
    with stripe_sandbox(tmp_path_factory.mktemp("api")) as process:
        yield process


@pytest.fixture
def providers(stripe_process, settings, monkeypatch) -> None:
    """Stripe is the sandbox, spoken to through its SDK; the carrier is a fake."""
    stripe_process.reset()
    settings.STRIPE_SECRET_KEY = "sk_test_api"
    settings.STRIPE_API_BASE = stripe_process.base
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_test"]
    settings.CARRIER_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    provider._stripe.cache_clear()
    carrier = FakeCarrier()
    monkeypatch.setattr(our_carrier, "our_carrier", lambda: carrier)


@pytest.fixture
def world(providers, db) -> World:
    return World.build()


@pytest.fixture(scope="session")
def description() -> Description:
    return Description.read()
