"""Frozen dataclasses to plain JSON values and back, checked against their annotations.

The one place where typed values become wire data: messages, DTOs and problem details.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin
from uuid import UUID

from commerce.shared.money import Money


class DecodeError(ValueError):
    """A plain value does not fit the type it should become; says where."""


def to_plain(value: object) -> Any:
    """Turn a value into what JSON knows: dict, list, str, int, bool, None."""
    match value:
        case None | bool() | int() | str() if not isinstance(value, Enum):
            return value
        case Money():
            return {"amount": value.minor, "currency": value.currency}
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case Mapping():
            return {str(to_plain(key)): to_plain(item) for key, item in value.items()}
        case list() | tuple() | frozenset() | set():
            return [to_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    raise TypeError(f"not plain data: {value!r}")


def from_plain[T](wanted: type[T], value: object, *, where: str = "$") -> T:
    """Read a plain value as `wanted`; keys a dataclass does not know are let pass.

    Letting unknown keys pass is what allows two releases to talk: a new optional field
    stays version 1.

    Raises:
        DecodeError: wrong type, missing field, malformed value.
    """
    return typing.cast("T", _read(wanted, value, where))


@functools.cache
def _fields_of(wanted: type) -> list[tuple[str, Any, bool]]:
    hints = typing.get_type_hints(wanted)
    return [
        (
            field.name,
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(wanted)
    ]


def _read(wanted: Any, value: object, where: str) -> object:
    if wanted in (Any, object):
        return value
    origin = get_origin(wanted)
    if origin in (Union, types.UnionType):
        return _read_union(wanted, value, where)
    if origin is typing.Literal:
        if value in get_args(wanted):
            return value
        raise DecodeError(f"{where}: {value!r} is none of {get_args(wanted)}")
    if origin is not None:
        return _read_container(origin, get_args(wanted), value, where)
    if dataclasses.is_dataclass(wanted) and wanted is not Money:
        return _read_dataclass(typing.cast("type", wanted), value, where)
    return _read_scalar(wanted, value, where)


def _read_union(wanted: Any, value: object, where: str) -> object:
    options = get_args(wanted)
    if value is None and type(None) in options:
        return None
    failures = []
    for option in options:
        if option is type(None):
            continue
        try:
            return _read(option, value, where)
        except DecodeError as failure:
            failures.append(str(failure))
    raise DecodeError("; ".join(failures) or f"{where}: null is not allowed")


def _read_container(origin: Any, args: tuple[Any, ...], value: object, where: str) -> object:
    if issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise DecodeError(f"{where}: not an object")
        return {
            _read(args[0], key, f"{where} key"): _read(args[1], item, f"{where}.{key}")
            for key, item in value.items()
        }
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise DecodeError(f"{where}: not a list")
    items = [_read(args[0], item, f"{where}[{i}]") for i, item in enumerate(value)]
    return tuple(items) if origin is tuple else items


def _read_dataclass(wanted: type, value: object, where: str) -> object:
    if not isinstance(value, Mapping):
        raise DecodeError(f"{where}: not an object")
    found = {}
    for name, hint, is_required in _fields_of(wanted):
        if name in value:
            found[name] = _read(hint, value[name], f"{where}.{name}")
        elif is_required:
            raise DecodeError(f"{where}.{name}: missing")
    return wanted(**found)


def _read_scalar(wanted: Any, value: object, where: str) -> object:
    try:
        if wanted is Money and isinstance(value, Mapping):
            return Money(value["amount"], value["currency"])
        if wanted in (UUID, Decimal) and isinstance(value, str):
            return wanted(value)
        if wanted is datetime and isinstance(value, str):
            return _aware(datetime.fromisoformat(value))
        if wanted is date and isinstance(value, str):
            return date.fromisoformat(value)
        if isinstance(wanted, type) and issubclass(wanted, Enum):
            return wanted(value)
    except (KeyError, TypeError, ValueError, ArithmeticError) as failure:
        raise DecodeError(f"{where}: {failure}") from failure
    # bool is an int to Python, but not to a contract.
    if type(value) is wanted:
        return value
    raise DecodeError(f"{where}: {value!r} is not {getattr(wanted, '__name__', wanted)}")


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an instant without a zone")
    return moment
