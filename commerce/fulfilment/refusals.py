"""Refusals that several nouns of fulfilment share."""

from __future__ import annotations

from commerce.shared.errors import Conflict


class WrongStatus(Conflict):
    """It is not in a status that allows this."""

    code = "wrong_status"

    def __init__(self, *, current_status: str) -> None:
        super().__init__(f"not possible while it is {current_status}")
        self.current_status = str(current_status)
