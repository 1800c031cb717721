"""What tests of subscriptions share: a bank that does as it is told, and a warehouse."""

from __future__ import annotations

import pytest

from tests.fakes.fulfilment import FakeFulfilment
from tests.fakes.provider import bank

__all__ = ["bank"]


@pytest.fixture
def warehouse(monkeypatch: pytest.MonkeyPatch) -> FakeFulfilment:
    fake = FakeFulfilment()
    fake.stand_in(monkeypatch)
    return fake
