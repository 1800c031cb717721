"""Public ids: `ord_01h455vb4pex5vsknk084sn02q`, a prefix for people over a UUIDv7 for the index.

The text form is TypeID 0.3 (https://github.com/jetify-com/typeid): 26 characters of lower-case
Crockford base32, so ids sort by the time they were made.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from uuid_utils.compat import uuid7

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE_OF: Final = {character: value for value, character in enumerate(_ALPHABET)}
_LENGTH: Final = 26


class InvalidId(ValueError):
    """The text is not an id of the kind that was asked for."""


def new_id() -> UUID:
    """Make an id that sorts by time, so that new rows land together in the index."""
    return uuid7()


def made_at(value: UUID) -> datetime:
    """Tell when an id was made, to the millisecond (RFC 9562, section 5.7)."""
    return datetime.fromtimestamp((value.int >> 80) / 1000, UTC)


def first_id_at(moment: datetime) -> UUID:
    """Give the lowest id of a moment: everything below was made before."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | 0x7 << 76 | 0x8 << 60)


def encode(prefix: str, value: UUID) -> str:
    """Write an id for the outside: `encode("ord", id)`."""
    number = value.int
    characters = [_ALPHABET[(number >> (5 * place)) & 31] for place in range(_LENGTH)]
    return f"{prefix}_{''.join(reversed(characters))}"


def decode(prefix: str, text: str) -> UUID:
    """Read an id from the outside.

    Raises:
        InvalidId: another prefix, another length, a character outside the alphabet.
    """
    found, _, suffix = text.rpartition("_")
    # 26 characters hold 130 bits; the first may only use three of its five.
    if found != prefix or len(suffix) != _LENGTH or suffix[0] > "7":
        raise InvalidId(text)
    number = 0
    for character in suffix:
        value = _VALUE_OF.get(character)
        if value is None:
            raise InvalidId(text)
        number = number << 5 | value
    return UUID(int=number)
