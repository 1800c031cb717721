"""Small lists as people type them: one pair a line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from commerce.shared.admin import LinesField


class PairsField(LinesField):
    """`name = text` on each line; it becomes a mapping, in order."""

    def clean(self, value: Any) -> Any:
        pairs: dict[str, str] = {}
        for line in super().clean(value):
            name, sign, text = (part.strip() for part in line.partition("="))
            if not (name and sign and text):
                raise forms.ValidationError(f"“{line}” is no pair with = between.")
            pairs[name] = text
        return pairs


def pairs_field(help_text: str, *, rows: int = 3, label: str | None = None) -> PairsField:
    return PairsField(help_text=help_text, rows=rows, label=label)


def joined(pairs: Iterable[tuple[str, str]]) -> str:
    """Write pairs as the field reads them."""
    return "\n".join(f"{name} = {text}" for name, text in pairs)
