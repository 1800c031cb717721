"""What tests of billing share: neighbours that are fakes, and a Stripe that is a real process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from commerce.billing.payments import provider as provider_module
from commerce.catalog.interface import services as catalog_services
from commerce.fulfilment.interface import services as fulfilment_services
from commerce.shared.money import Money
from tests.context.billing.neighbours import FakeCatalog, FakeFulfilment
from tests.factories.billing import TaxRateFactory
from tests.fakes.stripe_process import StripeSandbox, stripe_sandbox

WEBHOOK_SECRET = "whsec_test"


@pytest.fixture
def catalog(monkeypatch) -> FakeCatalog:
    fake = FakeCatalog()
    monkeypatch.setattr(catalog_services, "quote_prices", fake.quote_prices)
    return fake


@pytest.fixture
def fulfilment(monkeypatch) -> FakeFulfilment:
    fake = FakeFulfilment(
        options=[
            fulfilment_services.DeliveryOption(
                code=code, title=code.title(), price=Money(minor, currency), days_min=1, days_max=5
            )
            for currency in ("USD", "EUR")
            for code, minor in (("standard", 5_99), ("express", 14_99))
        ]
    )
    for name in ("reserve_stock", "release_stock", "quote_delivery", "cancel_fulfilment"):
        monkeypatch.setattr(fulfilment_services, name, getattr(fake, name))
    return fake


@pytest.fixture
def shop(catalog, fulfilment, stripe, db) -> None:
    """Mugs and pots in dollars and euros, taxed in Germany and not in the States."""
    for sku, minor in (("mug", 12_50), ("pot", 30_00)):
        catalog.prices[sku] = Money(minor, "USD")
        fulfilment.stock[sku] = 10
    for country, category, percent in (
        ("US", "general", 0),
        ("DE", "general", 19),
        ("DE", "food", 7),
    ):
        TaxRateFactory(country=country, category=category, percent=percent)


@pytest.fixture(scope="session")
def stripe_process(tmp_path_factory) -> Iterator[StripeSandbox]:
    with stripe_sandbox(tmp_path_factory.mktemp("billing")) as process:
        yield process


@pytest.fixture
def stripe(stripe_process, settings) -> StripeSandbox:
    """The sandbox, empty, and billing pointed at it through Stripe's own SDK."""
    stripe_process.reset()
    stripe_process.control("DELETE", "faults")
    settings.STRIPE_SECRET_KEY = "sk_test_billing"
    settings.STRIPE_API_BASE = stripe_process.base
    settings.STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    # A breaker that an earlier test opened is that test's business.
    provider_module._stripe.cache_clear()
    return stripe_process
