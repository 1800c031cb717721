"""What a rule may compare a product with: texts, numbers, days, instants. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

VALUE_MAX: Final = 200


def instant_of(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def is_value(value: Any) -> bool:
    if isinstance(value, str):
        return 1 <= len(value) <= VALUE_MAX and "\x00" not in value
    if isinstance(value, int | float):
        return (
            abs(value) < 10**15
        )  # what JSON keeps exactly; no infinity, and nothing that is no number
    return False
