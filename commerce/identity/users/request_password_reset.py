"""Ask for a new password: a row now, a mail within seconds, the same answer for everybody."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from commerce.identity.users.models import PasswordReset, User

# Nobody's mailbox can be flooded from here.
MAIL_AT_MOST_EVERY = timedelta(minutes=5)


def request_password_reset(*, email: str, now: datetime) -> None:
    """Note the wish, if there is such an account: one statement either way, so time tells nothing."""
    resets = connection.ops.quote_name(PasswordReset._meta.db_table)
    users = connection.ops.quote_name(User._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {resets} AS known (user_id, requested_at, next_attempt_at)
            SELECT id, %(now)s, %(now)s FROM {users} WHERE lower(email) = lower(%(email)s) AND is_active
            ON CONFLICT (user_id) DO UPDATE
               SET requested_at = EXCLUDED.requested_at, next_attempt_at = EXCLUDED.next_attempt_at
             WHERE known.requested_at <= %(earlier)s
            """,  # noqa: S608 - the table names are the models' own
            {"email": email.strip(), "now": now, "earlier": now - MAIL_AT_MOST_EVERY},
        )
