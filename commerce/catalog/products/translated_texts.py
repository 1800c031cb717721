"""What texts in other languages must keep, whatever they are texts of. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.locales import LOCALE

LOCALES_MAX: Final = 50

Translations = Mapping[str, Mapping[str, str]]
"""`{"de": {"title": "Tassen"}}`: by locale, then by field."""


def problems_of_translations(
    translations: Translations, *, limits: Mapping[str, int]
) -> Iterator[InvalidField]:
    """Say what is wrong; `limits` has each text there can be and how long it may get."""
    if len(translations) > LOCALES_MAX:
        yield InvalidField(field="translations", problem=f"at most {LOCALES_MAX} locales")
    for locale, texts in translations.items():
        if not re.fullmatch(LOCALE, locale):
            yield InvalidField(field="translations", problem="locales like de or de-AT")
        for name, text in texts.items():
            limit = limits.get(name)
            if limit is None:
                yield InvalidField(field="translations", problem=f"of: {', '.join(limits)}")
            elif not 1 <= len(text) <= limit or "\x00" in text:
                yield InvalidField(
                    field="translations",
                    problem=f"{name}: 1 to {limit} characters, none of them null",
                )
