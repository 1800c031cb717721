"""Reads a JSON body field by field, and reports everything that is wrong with it at once."""

import unicodedata
from collections.abc import Collection
from typing import Any

from sandbox.carrier.problems import Invalid

REQUIRED = "This field is required."

type Complaints = dict[str, dict[str, str]]


class Fields:
    """One object of a request body. Read what is expected, then call `finish()`.

    A field that is null counts as left out. A field that is wrong reads as an empty value, so
    that reading goes on to the next complaint; `finish()` lets none of them through.
    """

    def __init__(
        self, data: object, *, pointer: str = "", complaints: Complaints | None = None
    ) -> None:
        self._pointer = pointer
        self._complaints: Complaints = {} if complaints is None else complaints
        self._unread: dict[str, Any] = dict(data) if isinstance(data, dict) else {}
        self._nested: list[Fields] = []
        if not isinstance(data, dict):
            self._complain("", "wrong_type", "An object is expected.")

    def text(self, name: str, *, at_most: int = 100) -> str:
        return self._required(name, self.optional_text(name, at_most=at_most), instead="")

    def optional_text(self, name: str, *, at_most: int = 100) -> str | None:
        value = self._unread.pop(name, None)
        if value is None:
            return None
        if not isinstance(value, str):
            self._complain(name, "wrong_type", "A string is expected.")
        elif not value.strip() or len(value) > at_most or not _is_printable(value):
            self._complain(name, "length", f"1 to {at_most} printable characters are expected.")
        else:
            return value
        return None

    def choice(self, name: str, options: Collection[str]) -> str:
        return self._required(name, self.optional_choice(name, options), instead="")

    def optional_choice(self, name: str, options: Collection[str]) -> str | None:
        value = self.optional_text(name)
        if value is not None and value not in options:
            self._complain(name, "unknown", f"One of {', '.join(options)} is expected.")
        return value

    def country(self, name: str) -> str:
        value = self.text(name)
        is_alpha_2 = len(value) == len("US") and value.isascii() and value.isalpha()
        if value and not (is_alpha_2 and value.isupper()):
            self._complain(name, "country", "Two capital letters are expected (ISO 3166).")
        return value

    def integer(self, name: str, *, at_least: int = 1, at_most: int) -> int:
        value = self.optional_integer(name, at_least=at_least, at_most=at_most)
        return self._required(name, value, instead=0)

    def optional_integer(self, name: str, *, at_least: int = 1, at_most: int) -> int | None:
        value = self._unread.pop(name, None)
        # A JSON `true` is an int to Python, but to nobody else.
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            self._complain(name, "wrong_type", "A whole number is expected.")
            return None
        return value if self._is_within(name, value, at_least, at_most) else None

    def optional_number(self, name: str, *, at_least: float, at_most: float) -> float | None:
        value = self._unread.pop(name, None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            self._complain(name, "wrong_type", "A number is expected.")
            return None
        return value if self._is_within(name, value, at_least, at_most) else None

    def nested(self, name: str) -> "Fields":
        value = self._unread.pop(name, None)
        if not isinstance(value, dict):
            is_missing = value is None
            self._complain(
                name,
                "required" if is_missing else "wrong_type",
                REQUIRED if is_missing else "An object is expected.",
            )
            # One complaint, not one more for each field inside.
            return Fields({}, complaints={})
        inner = Fields(value, pointer=f"{self._pointer}/{name}", complaints=self._complaints)
        self._nested.append(inner)
        return inner

    def finish(self) -> None:
        """Refuse the body if anything was wrong with it, fields nobody asked for included.

        Raises:
            Invalid: with every complaint and a JSON pointer to its place.
        """
        self._complain_of_unread()
        if self._complaints:
            raise Invalid(
                f"{len(self._complaints)} field(s) are invalid.",
                errors=list(self._complaints.values()),
            )

    def _complain_of_unread(self) -> None:
        for name in self._unread:
            self._complain(name, "unknown_field", "There is no such field.")
        for inner in self._nested:
            inner._complain_of_unread()  # noqa: SLF001  (of its own kind)

    def _is_within(self, name: str, value: float | None, at_least: float, at_most: float) -> bool:
        if value is None or at_least <= value <= at_most:
            return True
        self._complain(name, "range", f"{at_least} to {at_most} is expected.")
        return False

    def _required[T](self, name: str, value: T | None, *, instead: T) -> T:
        if value is None:
            self._complain(name, "required", REQUIRED)
            return instead
        return value

    def _complain(self, name: str, code: str, message: str) -> None:
        pointer = f"{self._pointer}/{name}" if name else self._pointer
        # The first complaint about a place says it best.
        self._complaints.setdefault(pointer, {"pointer": pointer, "code": code, "message": message})


def _is_printable(text: str) -> bool:
    # Python's own `isprintable` refuses the wide spaces of Japanese addresses.
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
