"""Stripe's request bodies: forms whose names spell nested values, `card[token]=tok_visa`."""

import re
from typing import Any
from urllib.parse import parse_qsl

from sandbox.stripe.errors import InvalidParameters

MOST_FIELDS = 10_000
NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
PART = re.compile(r"\[([^\[\]]*)\]")


def decode_form(text: str) -> dict[str, Any]:
    """Turn a form into nested mappings of strings.

    Lists stay mappings by index (`items[0]`, or `items[]` counted up): only the endpoint's
    type knows whether a list or a mapping was meant.
    """
    decoded: dict[str, Any] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as problem:
        raise InvalidParameters(f"Invalid request body: {problem}") from problem
    for name, value in pairs:
        _put(decoded, name, value)
    return decoded


def _put(target: dict[str, Any], name: str, value: str) -> None:
    match = NAME.fullmatch(name)
    if match is None:
        raise InvalidParameters(f"Invalid parameter name: {name}", param=name)
    *path, last = [match[1], *PART.findall(match[2])]
    for part in path:
        inner = target.setdefault(part or str(len(target)), {})
        if not isinstance(inner, dict):
            raise InvalidParameters(f"Invalid object: {name}", param=name)
        target = inner
    target[last or str(len(target))] = value
