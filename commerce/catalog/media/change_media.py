"""Change what is said of a picture, and where it stands among the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.listing.changes import note_changes
from commerce.catalog.media.models import ALT_MAX, Media
from commerce.catalog.media.queries import UnknownMedia, media_in_order
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.queries import lock_product
from commerce.catalog.products.translated_texts import Translations, problems_of_translations
from commerce.shared.errors import Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaChanges:
    """What is to be different; None leaves a thing as it is."""

    alt: str | None = None
    translations: Translations | None = None
    """The complete new ones: `{"de": {"alt": "…"}}`."""
    position: int | None = None
    """Counted from 0; beyond the last means last."""


def change_media(
    *,
    product_id: UUID,
    media_id: UUID,
    changes: MediaChanges,
    expected_version: int | None,
    now: datetime,
) -> Media:
    """Change a picture of a product, if the product is still as the caller read it.

    Asking for what is already so changes nothing, not even the version.

    Raises:
        UnknownProduct, UnknownMedia: there is none.
        Stale: the product has changed since `expected_version`.
        InvalidField: the change contradicts a rule.
    """
    _check(changes)

    with transaction.atomic(durable=True):
        product = lock_product(product_id)
        if expected_version is not None and product.version != expected_version:
            raise Stale(current_version=product.version)
        shown = media_in_order(product_id)
        media = next((x for x in shown if x.pk == media_id), None)
        if media is None:
            raise UnknownMedia

        media.product = product
        is_changed = [_change_texts(media, changes), _move(media, shown, changes.position)]
        if any(is_changed):
            note_changes([product_id], at=now)
            product.version += 1
    return media


def _check(changes: MediaChanges) -> None:
    if changes.alt is not None and (len(changes.alt) > ALT_MAX or "\x00" in changes.alt):
        raise InvalidField(field="alt", problem=f"at most {ALT_MAX} characters, none of them null")
    if changes.position is not None and changes.position < 0:
        raise InvalidField(field="position", problem="counted from 0")
    for problem in problems_of_translations(changes.translations or {}, limits={"alt": ALT_MAX}):
        raise problem


def _change_texts(media: Media, changes: MediaChanges) -> bool:
    wanted = {
        name: value
        for name in ("alt", "translations")
        if (value := getattr(changes, name)) is not None and value != getattr(media, name)
    }
    for name, value in wanted.items():
        setattr(media, name, value)
    if wanted:
        media.save(update_fields=list(wanted))
    return bool(wanted)


def _move(media: Media, shown: list[Media], position: int | None) -> bool:
    """Put it where it is wanted, and number the others around it."""
    if position is None:
        return False
    others = [x for x in shown if x is not media]
    others.insert(position, media)
    moved = [x for i, x in enumerate(others) if x.position != i]
    for i, each in enumerate(others):
        each.position = i
    Media.objects.bulk_update(moved, ["position"])
    return bool(moved)
