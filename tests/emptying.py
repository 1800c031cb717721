"""How the test database is emptied after a test that really commits.

Django truncates every table, which append-only tables refuse, and which costs a file for each
table. Here only tables with rows are truncated, with the append-only triggers off meanwhile;
content types, permissions and roles are not test data and stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

KEPT = {"auth_group", "auth_permission", "django_content_type", "django_migrations"}


def sql_flush(
    operations: Any, style: object, tables: Sequence[str], **_options: object
) -> list[str]:
    with operations.connection.cursor() as cursor:
        filled = _tables_with_rows(cursor, sorted(set(tables) - KEPT))
        if not filled:
            return []
        guarded = _tables_that_refuse(cursor)
    return [
        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in guarded),
        f"TRUNCATE {', '.join(filled)} CASCADE",
        *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in guarded),
    ]


def _tables_with_rows(cursor: Any, tables: Sequence[str]) -> list[str]:
    cursor.execute(
        " UNION ALL ".join(
            f"""SELECT '"{table}"' WHERE EXISTS (SELECT FROM "{table}")""" for table in tables
        )
    )
    return [row[0] for row in cursor.fetchall()]


def _tables_that_refuse(cursor: Any) -> list[str]:
    # 32 is TRIGGER_TYPE_TRUNCATE in PostgreSQL's catalog/pg_trigger.h.
    cursor.execute(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgtype & 32 <> 0 ORDER BY 1"
    )
    return [row[0] for row in cursor.fetchall()]


@pytest.fixture(scope="session", autouse=True)
def empty_only_what_was_filled() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield
