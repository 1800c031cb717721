"""What tests of subscriptions share: a bank that does as it is told, and a small warehouse."""

from __future__ import annotations

from datetime import datetime

import pytest

from commerce.fulfilment.interface import services as fulfilment
from commerce.shared.db import in_transaction
from tests.fakes.provider import bank

__all__ = ["bank"]


class Warehouse:
    """Units by SKU, and what is held under which reference."""

    def __init__(self) -> None:
        self.stock: dict[str, int] = {}
        self.held: dict[str, dict[str, int]] = {}

    def reserve_stock(
        self, *, reference: str, units_by_sku: dict[str, int], expires_at: datetime
    ) -> None:
        assert not in_transaction()
        if reference in self.held:
            return
        for sku, units in units_by_sku.items():
            if self.stock.get(sku, 0) < units:
                raise fulfilment.OutOfStock(sku=sku, wanted=units, available=self.stock.get(sku, 0))
            self.stock[sku] -= units
        self.held[reference] = units_by_sku

    def release_stock(self, *, reference: str) -> None:
        assert not in_transaction()
        for sku, units in self.held.pop(reference, {}).items():
            self.stock[sku] += units


@pytest.fixture
def warehouse(monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    found = Warehouse()
    monkeypatch.setattr(fulfilment, "reserve_stock", found.reserve_stock)
    monkeypatch.setattr(fulfilment, "release_stock", found.release_stock)
    return found
