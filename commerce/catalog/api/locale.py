"""The language that a reader asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from drf_spectacular.utils import OpenApiParameter

from commerce.catalog.products.locales import LOCALE
from commerce.shared.api.pages import BadQuery

LOCALE_PARAMETER: Final = OpenApiParameter(
    "locale",
    {"type": "string", "pattern": f"^{LOCALE}$"},
    description="Texts in the nearest language they are written in.",
)


def locale_of(query: Mapping[str, str]) -> str:
    """Raises `BadQuery`."""
    locale = query.get("locale", "")
    if "locale" in query and not re.fullmatch(LOCALE, locale):
        raise BadQuery("locale is a language like de, or with a region like de-AT.")
    return locale
