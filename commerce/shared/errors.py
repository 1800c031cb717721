"""Refusals a caller can act on. Each has a stable `code`; `shared/api` gives it an HTTP status.

Whatever a refusal stores as a public attribute is told to the client as well, so
`self.sku, self.wanted, self.available = …` is all it takes to explain it.
"""

from __future__ import annotations

from typing import ClassVar


class CommerceError(Exception):
    """Something that was asked for cannot be done, and the caller can know why."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str | None = None) -> None:
        # The docstring is the sentence for people; an instance may be more precise.
        super().__init__(message or (type(self).__doc__ or self.code).strip().splitlines()[0])

    def details(self) -> dict[str, object]:
        """Tell what the caller needs to act on: every public attribute."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}


class NotFound(CommerceError):
    """There is no such thing, or it is somebody else's."""

    code = "not_found"


class Conflict(CommerceError):
    """The state of things does not allow it now."""

    code = "conflict"


class Rejected(CommerceError):
    """The request contradicts itself or a rule; repeating it will not help."""

    code = "rejected"


class Unauthenticated(CommerceError):
    """The credentials are wrong, or no longer good."""

    code = "unauthenticated"


class Forbidden(CommerceError):
    """The caller is known, and not allowed to."""

    code = "forbidden"


class Declined(CommerceError):
    """The payer's bank said no."""

    code = "payment_declined"


class Stale(CommerceError):
    """It has changed since the caller read it."""

    code = "stale_version"

    def __init__(self, *, current_version: int) -> None:
        super().__init__(f"the current version is {current_version}")
        self.current_version = current_version


class Throttled(CommerceError):
    """Too many tries; there is a time after which the next one is welcome."""

    code = "too_many_requests"

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__(f"try again in {retry_after_s} seconds")
        self.retry_after_s = retry_after_s


class Unavailable(CommerceError):
    """Something needed for the answer does not answer itself; worth trying again."""

    code = "unavailable"
    retry_after_s: int = 1
