"""The two carriers that keep one contract: the fake in memory, and the sandbox over HTTP."""

import pytest

from commerce.fulfilment.carriers.http_carrier import HttpCarrier
from tests.fakes.carrier import FakeCarrier
from tests.fakes.carrier_process import carrier_sandbox


@pytest.fixture
def sandbox(tmp_path):
    with carrier_sandbox(tmp_path) as running:
        yield running


@pytest.fixture
def http_carrier(sandbox):
    return HttpCarrier(base_url=sandbox.base, api_key=sandbox.api_key)


@pytest.fixture(params=["fake", "http"])
def gateway(request):
    return FakeCarrier() if request.param == "fake" else request.getfixturevalue("http_carrier")
