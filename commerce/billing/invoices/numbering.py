"""Document numbers: gapless per series and in the order of issue, as tax law wants them."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from commerce.shared.db import requires_transaction

INVOICES = "INV"
CREDIT_NOTES = "CN"

# Six digits keep a million documents in order when sorted as text; more simply get longer.
DIGITS = 6


@requires_transaction
def take_numbers(series: str, *, count: int = 1, at: datetime) -> list[str]:
    """Take the next numbers of a series; they are given back if the transaction fails.

    Locks the series until the caller commits, so take them last.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO billing_numberseries AS series (code, last) VALUES (%s, %s)
            ON CONFLICT (code) DO UPDATE SET last = series.last + EXCLUDED.last
            RETURNING last
            """,
            [series, count],
        )
        (last,) = cursor.fetchone()
    return [
        written_number(series, sequence=sequence, at=at)
        for sequence in range(last - count + 1, last + 1)
    ]


def written_number(series: str, *, sequence: int, at: datetime, digits: int = DIGITS) -> str:
    """Write a number: `INV-202703-000123`. The month is for people, the sequence never restarts."""
    return f"{series}-{at:%Y%m}-{sequence:0{digits}}"
