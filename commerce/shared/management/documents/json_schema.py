"""JSON Schemas (2020-12) of frozen dataclasses, exactly as commerce/shared/codec.py writes them."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin
from uuid import UUID

from commerce.shared.money import Money

Schema = dict[str, Any]

SCALARS: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    types.NoneType: {"type": "null"},
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    Decimal: {"type": "string", "pattern": r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$"},
    Money: {
        "type": "object",
        "description": "In minor units of an ISO 4217 currency.",
        "properties": {
            "amount": {"type": "integer"},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        },
        "required": ["amount", "currency"],
    },
}


def schema_of(wanted: Any) -> Schema:
    """Describe a type as it travels; unknown members are allowed, for a newer sender adds some."""
    if wanted in SCALARS:
        return dict(SCALARS[wanted])
    origin, args = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(option) for option in args]}
    if origin is typing.Literal:
        return {"enum": list(args)}
    if origin is not None:
        return _container(origin, args)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return {"enum": [member.value for member in wanted]}
    if isinstance(wanted, type) and dataclasses.is_dataclass(wanted):
        return _object(wanted)
    raise TypeError(f"no message carries a {wanted!r}")


def _container(origin: Any, args: tuple[Any, ...]) -> Schema:
    if issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(args[1])}
    return {"type": "array", "items": schema_of(args[0])}


def _object(wanted: type) -> Schema:
    hints = typing.get_type_hints(wanted)
    fields = dataclasses.fields(wanted)
    return {
        "type": "object",
        "title": wanted.__name__,
        "description": inspect.cleandoc(wanted.__doc__ or ""),
        "properties": {field.name: schema_of(hints[field.name]) for field in fields},
        "required": [
            field.name
            for field in fields
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        ],
    }
