"""Refusals that several nouns of fulfilment share."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from commerce.shared import ids
from commerce.shared.errors import Conflict


class WrongStatus(Conflict):
    """It is not in a status that allows this."""

    code = "wrong_status"

    def __init__(self, *, current_status: str) -> None:
        super().__init__(f"not possible while it is {current_status}")
        self.current_status = str(current_status)


def public_line_id(line_id: UUID | None) -> str | None:
    """Name a line as the API does, for whoever is told about it."""
    return ids.encode("ol", line_id) if line_id else None


def refuse_no_units(units: Collection[int]) -> None:
    """Refuse a wish for nothing, or for less: the caller has not checked what it was told.

    Raises:
        ValueError: a mistake in the calling code, not a refusal for its user.
    """
    if not units or any(quantity < 1 for quantity in units):
        raise ValueError(f"at least one unit is expected: {list(units)}")
