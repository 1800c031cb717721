"""Collections alone: no broker hears their bells."""

from __future__ import annotations

import pytest

from commerce.catalog.collections import write_words


@pytest.fixture(autouse=True)
def rung_for_rules(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that were rung for, in order."""
    tasks: list[str] = []
    monkeypatch.setattr(write_words, "ring", tasks.append)
    return tasks
