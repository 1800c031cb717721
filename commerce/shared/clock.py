"""The only caller of the system clock. Use cases take `now`; doors get it here."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
