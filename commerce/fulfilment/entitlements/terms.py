"""How grants and revocations of one right add up, in whatever order they arrive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

FOR_GOOD: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """From when until when a right holds. `valid_until` is exclusive; None means for good."""

    valid_from: datetime | None = None
    valid_until: datetime | None = None
    granted_from: datetime | None = None
    """Where the newest grant begins."""
    revoked_at: datetime | None = None
    """The newest revocation: no grant that begins at or before it opens anything any more."""


def granted(terms: Terms, *, valid_from: datetime, valid_until: datetime | None) -> Terms:
    """Add a grant: it extends what is running, and the latest end wins.

    One right has one span: days between two grants that do not touch count as granted too.
    """
    new = Terms(
        valid_from=valid_from,
        valid_until=valid_until,
        granted_from=valid_from,
        revoked_at=terms.revoked_at,
    )
    closed_at = terms.revoked_at
    if terms.valid_from is None or terms.granted_from is None:
        return new if closed_at is None or valid_from > closed_at else _cut(new, at=closed_at)
    if closed_at is not None and valid_from <= closed_at:
        return terms
    if closed_at is not None and terms.granted_from <= closed_at:
        return new
    return replace(
        new if _end(new) > _end(terms) else terms,
        valid_from=min(terms.valid_from, valid_from),
        granted_from=max(terms.granted_from, valid_from),
    )


def revoked(terms: Terms, *, at: datetime) -> Terms:
    """End at a moment whatever was granted up to it; a grant that begins later stays."""
    if terms.revoked_at is not None and at <= terms.revoked_at:
        return terms
    terms = replace(terms, revoked_at=at)
    if terms.valid_from is None or terms.granted_from is None or at < terms.valid_from:
        return terms
    if terms.granted_from > at:
        return replace(terms, valid_from=terms.granted_from)
    return _cut(terms, at=at)


def _cut(terms: Terms, *, at: datetime) -> Terms:
    return replace(terms, valid_until=min(_end(terms), at))


def _end(terms: Terms) -> datetime:
    return FOR_GOOD if terms.valid_until is None else terms.valid_until
