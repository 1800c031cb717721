"""What tests of fulfilment share: the carrier is a fake, unless a test says otherwise."""

import pytest

from commerce.fulfilment.carriers import our_carrier
from tests.fakes.carrier import FakeCarrier


@pytest.fixture(autouse=True)
def carrier(monkeypatch):
    fake = FakeCarrier()
    monkeypatch.setattr(our_carrier, "our_carrier", lambda: fake)
    return fake
