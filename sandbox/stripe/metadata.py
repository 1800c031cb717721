"""Metadata: up to 50 strings that the caller keeps on an object."""

from collections.abc import Mapping
from typing import Literal

from sandbox.stripe.errors import ApiError

MOST_ENTRIES = 50
LONGEST_NAME = 40
LONGEST_VALUE = 500


def merged(old: Mapping[str, str], change: Mapping[str, str] | Literal[""]) -> dict[str, str]:
    """Old metadata with a change applied: an empty value unsets its key, `""` unsets all."""
    if change == "":
        return {}
    new = {name: value for name, value in {**old, **change}.items() if value != ""}
    if len(new) > MOST_ENTRIES:
        raise ApiError(
            f"You can have up to {MOST_ENTRIES} metadata keys, but you have {len(new)}.",
            param="metadata",
        )
    for name, value in new.items():
        _check_length(name, value)
    return new


def _check_length(name: str, value: str) -> None:
    if len(name) > LONGEST_NAME:
        raise ApiError(
            f"Metadata keys can have up to {LONGEST_NAME} characters, but you passed in a key"
            f" that is {len(name)} characters. Invalid key: {name}",
            param="metadata",
        )
    if len(value) > LONGEST_VALUE:
        raise ApiError(
            f"Metadata values can have up to {LONGEST_VALUE} characters, but you passed in a value"
            f" that is {len(value)} characters. Invalid value: {value}",
            param=f"metadata[{name}]",
        )
