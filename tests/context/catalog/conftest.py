"""Catalog alone: no broker hears its bells."""

from __future__ import annotations

import pytest

from commerce.catalog.listing import changes


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that were rung for, in order."""
    tasks: list[str] = []
    monkeypatch.setattr(changes, "ring", tasks.append)
    return tasks
