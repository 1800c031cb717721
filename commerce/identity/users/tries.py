"""At most ten tries per account in any fifteen minutes, exactly, however many arrive at once.

One row for each address that was tried, changed by one conditional statement: what a counter in
a cache promises under concurrency or after its loss is not enough for passwords.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.db import connection

from commerce.identity.users.models import SignInTries
from commerce.shared.errors import Throttled
from commerce.shared.rate_limit import RateLimit

TRIES = 10
WITHIN = timedelta(minutes=15)

# Lower-cased by the database, as the accounts' unique index is: no other spelling of an
# address gives an attacker a second row.
_ACCOUNT = "encode(sha256(convert_to(lower(%(email)s), 'UTF8')), 'hex')"


class TooManyTries(Throttled):
    """Too many wrong passwords for this account."""

    code = "too_many_tries"

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__(retry_after_s=retry_after_s)
        self._rate_limit = _limit(left=0, more_in_s=retry_after_s)


def spend_try(email: str, *, now: datetime) -> RateLimit:
    """Count a try before it is made, and tell how many are left; whatever comes of it, it counts.

    Raises:
        TooManyTries: the last ten were all within the time.
    """
    table = connection.ops.quote_name(SignInTries._meta.db_table)
    values: dict[str, str | int | datetime] = {
        "email": email.strip(),
        "now": now,
        "tries": TRIES,
        "horizon": now - WITHIN,
        "forget_at": now + WITHIN,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {table} AS known (account, tried_at, forget_at)
            VALUES ({_ACCOUNT}, ARRAY[%(now)s::timestamptz], %(forget_at)s)
            ON CONFLICT (account) DO UPDATE SET
                   -- Only the latest ten matter: the eleventh pushes out the first.
                   tried_at = (known.tried_at || EXCLUDED.tried_at)
                              [GREATEST(1, cardinality(known.tried_at) + 2 - %(tries)s):],
                   forget_at = EXCLUDED.forget_at
             WHERE cardinality(known.tried_at) < %(tries)s OR known.tried_at[1] <= %(horizon)s
            RETURNING (SELECT count(*) FROM unnest(known.tried_at) AS tried
                        WHERE tried > %(horizon)s),
                      (SELECT min(tried) FROM unnest(known.tried_at) AS tried
                        WHERE tried > %(horizon)s)
            """,  # noqa: S608 - the table name is the model's own
            values,
        )
        if spent := cursor.fetchone():
            tries, oldest = spent
            return _limit(left=TRIES - tries, more_in_s=_seconds(oldest + WITHIN - now))
        cursor.execute(f"SELECT tried_at[1] FROM {table} WHERE account = {_ACCOUNT}", values)  # noqa: S608 - the table name is the model's own
        first = cursor.fetchone()
    # The row may have been forgiven between the two statements; then the next try is welcome.
    wait = first[0] + WITHIN - now if first and first[0] else timedelta(seconds=1)
    raise TooManyTries(retry_after_s=_seconds(wait))


def give_back_try(email: str, *, tried_at: datetime) -> None:
    """Take one try off the count: it was the right password."""
    table = connection.ops.quote_name(SignInTries._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            # One entry, even where another try came in the very same microsecond.
            f"""
            UPDATE {table} SET tried_at = tried_at[:array_position(tried_at, %(at)s) - 1]
                                       || tried_at[array_position(tried_at, %(at)s) + 1:]
             WHERE account = {_ACCOUNT} AND %(at)s = ANY(tried_at)
            """,  # noqa: S608 - the table name is the model's own
            {"email": email.strip(), "at": tried_at},
        )


def forgive_tries(email: str) -> None:
    """Start anew: whoever reads the account's mail has proved more than a password would."""
    table = connection.ops.quote_name(SignInTries._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE account = {_ACCOUNT}", {"email": email.strip()})  # noqa: S608 - the table name is the model's own


def _limit(*, left: int, more_in_s: int) -> RateLimit:
    window_s = int(WITHIN.total_seconds())
    return RateLimit(name="sign-in", quota=TRIES, window_s=window_s, left=left, more_in_s=more_in_s)


def _seconds(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds()))
