"""How a variant is called where it stands alone: on an order's line, in a bundle's contents."""

from __future__ import annotations

from collections.abc import Mapping


def line_title(title: str, options: Mapping[str, str]) -> str:
    """Name a variant: `Mug – Red, Large`."""
    return f"{title} – {', '.join(options.values())}" if options else title
