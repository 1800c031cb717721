"""Transactions that mean what they say, constraint names as typed errors, rows in bulk."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from django.db import (
    DEFAULT_DB_ALIAS,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    connections,
    models,
    transaction,
)
from django.db.models import sql

from commerce.shared.errors import CommerceError


class NeighbourCalledInTransaction(RuntimeError):
    """Another context or a provider was called while a transaction was open.

    It may be another machine one day; a lock must never wait for a network.
    """


def in_transaction() -> bool:
    """Tell whether business code has a transaction open (a test case's own does not count)."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def requires_transaction[**P, R](step: Callable[P, R]) -> Callable[P, R]:
    """Mark a step shared by several use cases: it writes, and its caller decides when to commit."""

    @functools.wraps(step)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not in_transaction():
            raise transaction.TransactionManagementError(
                f"{step.__qualname__} is one step of a transaction; open it in the use case"
            )
        return step(*args, **kwargs)

    return checked


def published[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function of an interface: calling it inside a transaction fails at once.

    What would break when the context moves to its own machine breaks on the first test run.
    """

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if in_transaction():
            raise NeighbourCalledInTransaction(function.__qualname__)
        return function(*args, **kwargs)

    checked.__published__ = True  # type: ignore[attr-defined]  # read by tests/architecture
    return checked


@contextmanager
def refusals(by_constraint: Mapping[str, Callable[[], CommerceError]]) -> Iterator[None]:
    """Turn the violation of a named constraint into the refusal it stands for.

    Put it around the transaction, not inside: after a violation only a rollback is possible.
    """
    try:
        yield
    except IntegrityError as violation:
        refusal = by_constraint.get(constraint_name(violation) or "")
        if refusal is None:
            raise
        raise refusal() from violation


def constraint_name(violation: IntegrityError) -> str | None:
    diagnosis = getattr(violation.__cause__, "diag", None)
    return cast("str | None", getattr(diagnosis, "constraint_name", None))


def insert_all(*rows: models.Model) -> None:
    """Insert rows of any number of tables in one statement: all of them or none.

    Foreign keys are checked when the transaction commits, so the order does not matter. Values
    that the database makes up (`db_default`) are not read back.
    """
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    statements, params = [], []
    for model, same in by_model.items():
        made_by_database = [field for field in (model._meta.auto_field,) if field is not None]
        query = sql.InsertQuery(model)
        query.insert_values(
            [f for f in model._meta.local_concrete_fields if f not in made_by_database], same
        )
        ((statement, values),) = query.get_compiler(connection=connection).as_sql()
        statements.append(statement)
        params += values
    *first, last = statements
    parts = ", ".join(f"part{i} AS ({statement})" for i, statement in enumerate(first))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {parts} {last}" if parts else last, params)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


type TextRow = list[bytes]


def read_prepared(statement: str, values: Mapping[str, object]) -> list[TextRow]:
    """Run a SELECT that the server plans once for a connection: for the few reads that are hot.

    Django writes the values into each statement, and has it planned anew; here they travel beside
    it. Nor is the connection asked beforehand whether it still lives: what only reads can be asked
    again, and is, on a new connection, where the old one has died.

    Columns come as PostgreSQL writes them, in UTF-8: what is sent on as it is need not be read.
    NULL is empty.
    """
    try:
        return _read_prepared(statement, values)
    except (InterfaceError, OperationalError):
        if connection.in_atomic_block or (connection.connection and connection.is_usable()):
            raise
        connection.close()
        return _read_prepared(statement, values)


def _read_prepared(statement: str, values: Mapping[str, object]) -> list[TextRow]:
    ours = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up at each mention
    ours.ensure_connection()
    began = time.perf_counter()
    with ours.wrap_database_errors, psycopg.Cursor(ours.connection) as cursor:
        found = cursor.execute(cast("Any", statement), values, prepare=True).pgresult
    assert found is not None, "a SELECT has a result"
    value, columns = found.get_value, range(found.nfields)
    rows = [[value(row, column) or b"" for column in columns] for row in range(found.ntuples)]
    if ours.queries_logged:
        # Where Django's own statements are: what is counted and shown in tests.
        took = time.perf_counter() - began
        ours.queries_log.append({"sql": statement, "time": f"{took:.3f}"})
    return rows


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Insert rows with COPY, about five times faster than `bulk_create`.

    Values are what psycopg understands; wrap JSON in `psycopg.types.json.Jsonb`. Columns that
    are not named get the database's default, not Django's.
    """
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with (
        connection.cursor() as cursor,
        # Django wraps what `execute` raises, and `copy` is psycopg's own.
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
