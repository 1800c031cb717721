"""Cells: text in a file to a value and back, strictly. What a person would write, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from commerce.catalog.interface.dto import Grant
from commerce.catalog.products.drafts import NewComponent

_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}")
_YES: Final = frozenset({"yes", "true", "1"})
_NO: Final = frozenset({"no", "false", "0"})
_SEPARATOR: Final = "|"
# Spreadsheets run what begins so (OWASP, CSV injection), and take an apostrophe before it for text.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]")


class CellText(str):
    """A cell whose kind is known to the catalog alone: the value of an attribute."""

    __slots__ = ()


class BadCell(ValueError):
    """The text is not of the kind that the column holds; the message says what would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a column is read, what an empty cell means, how it is written, what JSON has instead."""

    read: Callable[[str], Any]
    empty: Any
    write: Callable[[Any], str]
    is_json: Callable[[Any], bool]
    wants: str
    of_json: Callable[[Any], Any] = lambda value: value
    to_json: Callable[[Any], Any] = lambda value: value


def _text(cell: str) -> str:
    return cell


def _integer(cell: str) -> int:
    if not _NUMBER.fullmatch(cell):
        raise BadCell("a whole number")
    return int(cell)


def _yes_no(cell: str) -> bool:
    word = cell.casefold()
    if word not in _YES | _NO:
        raise BadCell("yes or no")
    return word in _YES


def _words(cell: str) -> list[str]:
    return [word for part in cell.split(_SEPARATOR) if (word := part.strip())]


def _decimal(cell: str) -> int | float:
    if not _DECIMAL.fullmatch(cell):
        raise BadCell("a number like 12.5")
    return float(cell) if "." in cell else int(cell)


def _grants(cell: str) -> list[Grant]:
    return [
        Grant(feature=feature, days=_integer(days) if days else None)
        for feature, _, days in (word.partition(":") for word in _words(cell))
    ]


def _components(cell: str) -> list[NewComponent]:
    parts = (word.rpartition("*") if "*" in word else (word, "", "1") for word in _words(cell))
    return [NewComponent(sku=sku, quantity=_integer(quantity)) for sku, _, quantity in parts]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_integer(value: Any) -> bool:
    return type(value) is int


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(x, str) for x in value)


def _is_list_of(**types: Any) -> Callable[[Any], bool]:
    """Objects with the first key, and perhaps the others, of these types."""
    first = next(iter(types))

    def is_so(value: Any) -> bool:
        return isinstance(value, list) and all(
            isinstance(item, dict)
            and first in item
            and item.keys() <= types.keys()
            and all(isinstance(y, types[x]) and not isinstance(y, bool) for x, y in item.items())
            for item in value
        )

    return is_so


TEXT: Final = Kind(read=_text, empty="", write=str, is_json=_is_text, wants="a text")
CODE: Final = Kind(
    read=_text,
    empty=None,
    write=lambda value: value or "",
    is_json=lambda value: value is None or isinstance(value, str),
    wants="a text, or nothing",
)
INTEGER: Final = Kind(
    read=_integer, empty=0, write=str, is_json=_is_integer, wants="a whole number"
)
OPTIONAL_INTEGER: Final = Kind(
    read=_integer,
    empty=None,
    write=lambda value: "" if value is None else str(value),
    is_json=lambda value: value is None or _is_integer(value),
    wants="a whole number, or nothing",
)
YES_NO: Final = Kind(
    read=_yes_no,
    empty=False,
    write=lambda value: "yes" if value else "no",
    is_json=lambda value: isinstance(value, bool),
    wants="true or false",
)
WORDS: Final = Kind(
    read=_words,
    empty=[],
    write=_SEPARATOR.join,
    is_json=_is_words,
    wants="a list of texts",
)

DECIMAL: Final = Kind(read=_decimal, empty=None, write=str, is_json=_is_integer, wants="a number")
GRANTS: Final = Kind(
    read=_grants,
    empty=[],
    write=lambda value: _SEPARATOR.join(
        x.feature if x.days is None else f"{x.feature}:{x.days}" for x in value
    ),
    is_json=_is_list_of(feature=str, days=(int, type(None))),
    wants="a list of features and days",
    of_json=lambda value: [Grant(feature=x["feature"], days=x.get("days")) for x in value],
    to_json=lambda value: [{"feature": x.feature, "days": x.days} for x in value],
)
COMPONENTS: Final = Kind(
    read=_components,
    empty=[],
    write=lambda value: _SEPARATOR.join(f"{x.sku}*{x.quantity}" for x in value),
    is_json=_is_list_of(sku=str, quantity=int),
    wants="a list of SKUs and quantities",
    of_json=lambda value: [
        NewComponent(sku=x["sku"], quantity=x.get("quantity", 1)) for x in value
    ],
    to_json=lambda value: [{"sku": x.sku, "quantity": x.quantity} for x in value],
)


def is_attribute_value(value: Any) -> bool:
    """Whether JSON has a value here that an attribute could have; nothing takes it away."""
    return value is None or isinstance(value, str | int | float | bool)


def read_cell(kind: Kind, cell: str) -> Any:
    """Raises `BadCell`. An empty cell is the value that stands for nothing."""
    stripped = cell.strip()
    return kind.read(stripped) if stripped else kind.empty


def shielded(text: str) -> str:
    """What a file has for a text: nothing that a spreadsheet would run when staff open it."""
    return f"'{text}" if _FORMULA.match(text) and not _DECIMAL.fullmatch(text) else text


def unshielded(cell: str) -> str:
    """Read back what `shielded` has written."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell
