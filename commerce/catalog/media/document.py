"""A picture as a shopper's page needs it: where its files are, and what to say instead. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commerce.catalog.products.locales import translated
from commerce.catalog.products.translated_texts import Translations
from commerce.shared.ids import encode


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """One picture of a product; `variant_id` where it shows only that variant."""

    id: UUID
    kind: str
    variant_id: UUID | None
    alt: str
    translations: Translations
    original: FileFacts
    sizes: Sequence[FileFacts]
    """Smaller ones, from small to large."""


def media_document(media: MediaFacts, *, locale: str = "") -> dict[str, Any]:
    return {
        "id": encode("med", media.id),
        "kind": media.kind,
        "variant": encode("var", media.variant_id) if media.variant_id else None,
        "alt": translated(media.translations, "alt", locale=locale, default=media.alt),
        **_file(media.original),
        "sizes": [_file(size) for size in media.sizes],
    }


def _file(file: FileFacts) -> dict[str, Any]:
    return {"url": file.url, "width": file.width, "height": file.height}
