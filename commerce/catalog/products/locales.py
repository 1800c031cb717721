"""Texts in a shopper's language: the locale's, else the language's, else the shop's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# Language, script, region: what BCP 47 (RFC 5646) calls the tags that people use.
LOCALE: Final = r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"


def fallbacks(locale: str) -> list[str]:
    """Where a text is looked for, in order: `zh-Hant-TW`, `zh-Hant`, `zh`; then the shop's own."""
    parts = locale.split("-") if locale else []
    return ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]


def translated[T](
    translations: Mapping[str, Mapping[str, Any]], field: str, *, locale: str, default: T
) -> T:
    """Give a field in the nearest language it is written in; each field falls back by itself."""
    for name in fallbacks(locale):
        if text := translations.get(name, {}).get(field):
            found: T = text
            return found
    return default
