"""Every variant that a product's options allow, and what to call it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

_NOT_IN_A_SKU = re.compile(r"[^A-Z0-9]")


def size(options: Mapping[str, Sequence[str]]) -> int:
    return prod(len(values) for values in options.values())


def combinations(options: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    """One value of each option, in the order in which they are shown."""
    for chosen in product(*options.values()):
        yield dict(zip(options, chosen, strict=True))


def sku_parts(values: Sequence[str]) -> dict[str, str]:
    """What stands for each value in a SKU: `Dark red` is `DARKRED`; never the same for two."""
    parts: dict[str, str] = {}
    for position, value in enumerate(values, start=1):
        part = _NOT_IN_A_SKU.sub("", value.upper()) or str(position)
        while part in parts.values():
            part += "X"
        parts[value] = part
    return parts
