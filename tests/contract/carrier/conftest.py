"""One carrier for a module, emptied for each test; the tests that kill start their own."""

import pytest

from tests.fakes.carrier_process import carrier_sandbox
from tests.fakes.webhook_receiver import webhook_receiver


@pytest.fixture(scope="module")
def shop():
    """Where the shop listens for webhooks."""
    with webhook_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def running_carrier(shop, tmp_path_factory):
    with carrier_sandbox(tmp_path_factory.mktemp("sandbox"), webhook_url=shop.url) as carrier:
        yield carrier


@pytest.fixture
def carrier(running_carrier, shop):
    running_carrier.reset()
    shop.forget()
    return running_carrier
