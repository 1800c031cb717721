"""Every object ever made, in order, in one SQLite file that outlives the process.

A request is one transaction: objects, events, the idempotency key and the journal line become
facts together or not at all. Killing the process loses nothing that was answered, because
the write-ahead log has reached the operating system by then.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

type Body = dict[str, Any]

# What lists can be filtered by, copied out of the body so that SQLite can use an index.
FILTERS = (
    "customer",
    "payment_intent",
    "payment_method",
    "charge",
    "source",
    "type",
    "email",
    "currency",
    "status",
)
CHANGING = ("customer", "payment_method", "email", "currency", "status")

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    created INTEGER NOT NULL, customer TEXT, payment_intent TEXT, charge TEXT, source TEXT,
    type TEXT, email TEXT, currency TEXT, status TEXT, payment_method TEXT, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS by_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS by_customer ON objects (customer, kind, seq) WHERE customer NOT NULL;
CREATE INDEX IF NOT EXISTS by_intent ON objects (payment_intent, kind, seq)
    WHERE payment_intent NOT NULL;
CREATE INDEX IF NOT EXISTS by_charge ON objects (charge, kind, seq) WHERE charge NOT NULL;
CREATE INDEX IF NOT EXISTS by_source ON objects (source, kind, seq) WHERE source NOT NULL;
CREATE INDEX IF NOT EXISTS by_email ON objects (email, kind, seq) WHERE email NOT NULL;
CREATE INDEX IF NOT EXISTS by_type ON objects (type, seq) WHERE kind = 'event';
CREATE TABLE IF NOT EXISTS metadata (
    object TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (object, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_metadata ON metadata (kind, name, value);
CREATE TABLE IF NOT EXISTS idempotency_keys (
    name TEXT PRIMARY KEY, endpoint TEXT NOT NULL, fingerprint BLOB NOT NULL,
    request_id TEXT NOT NULL, created INTEGER NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY, event TEXT NOT NULL, endpoint TEXT NOT NULL, due_at REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'pending'
);
CREATE INDEX IF NOT EXISTS by_due ON deliveries (due_at, seq) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS by_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
TABLES = ("objects", "metadata", "idempotency_keys", "deliveries", "journal", "settings")


# For the lock of a predecessor that is just being killed.
LONGEST_WAIT_S = 2.0


class Store:
    """The one connection to the file, and the one lock in front of it."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._sql = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, timeout=LONGEST_WAIT_S
        )
        # Ours alone: a second sandbox on the same state is refused instead of mixing in.
        self._sql.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._sql.execute("PRAGMA journal_mode = WAL")
        # Only the process may die here, not the machine: what the system has, it keeps.
        self._sql.execute("PRAGMA synchronous = OFF")
        self._sql.execute("PRAGMA cache_size = -65536")
        # Busy pages are copied home once in a while, not after every few requests.
        self._sql.execute("PRAGMA wal_autocheckpoint = 10000")
        self._sql.executescript(SCHEMA)

    # Transactions

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one at a time."""
        with self._lock:
            self._sql.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._sql.execute("ROLLBACK")
                raise
            self._sql.execute("COMMIT")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of a transaction that can be undone without the rest."""
        self._sql.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._sql.execute("ROLLBACK TO part")
            self._sql.execute("RELEASE part")
            raise
        self._sql.execute("RELEASE part")

    def execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self._sql.execute(statement, values)

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a read, safe beside the transactions of other threads."""
        with self._lock:
            return self._sql.execute(statement, values).fetchall()

    def clear(self) -> None:
        """Forget everything."""
        for table in TABLES:
            self._sql.execute(f"DELETE FROM {table}")  # noqa: S608  (names from above)
        self._sql.execute("DELETE FROM sqlite_sequence")

    # Objects

    def insert(self, body: Body) -> None:
        names = [name for name in FILTERS if isinstance(body.get(name), str)]
        columns = ", ".join(["id", "kind", "created", "body", *names])
        values = [body["id"], body["object"], body["created"], orjson.dumps(body)]
        values += [body[name] for name in names]
        marks = ", ".join("?" * len(values))
        self._sql.execute(f"INSERT INTO objects ({columns}) VALUES ({marks})", values)  # noqa: S608  (names from above)
        self._add_metadata(body)

    def save(self, body: Body) -> None:
        """Write a changed object back."""
        self._sql.execute(
            "UPDATE objects SET customer = ?, payment_method = ?, email = ?, currency = ?,"
            " status = ?, body = ? WHERE id = ?",
            (*(body.get(name) for name in CHANGING), orjson.dumps(body), body["id"]),
        )

    def index_metadata(self, body: Body) -> None:
        """Make an object findable by its metadata, and only by what it has now."""
        self._sql.execute("DELETE FROM metadata WHERE object = ?", (body["id"],))
        self._add_metadata(body)

    def get(self, object_id: str) -> Body | None:
        row = self._sql.execute("SELECT body FROM objects WHERE id = ?", (object_id,)).fetchone()
        return None if row is None else orjson.loads(row[0])

    def sequence_of(self, object_id: str, *, kind: str) -> int | None:
        """Where an object stands in the order of all objects."""
        row = self._sql.execute(
            "SELECT seq FROM objects WHERE id = ? AND kind = ?", (object_id, kind)
        ).fetchone()
        return None if row is None else row[0]

    def select(
        self, conditions: Iterable[str], values: Sequence[Any], *, limit: int, newest_first: bool
    ) -> list[Body]:
        order = "DESC" if newest_first else "ASC"
        statement = (
            f"SELECT body FROM objects WHERE {' AND '.join(conditions)}"  # noqa: S608  (conditions are ours, values are bound)
            f" ORDER BY seq {order} LIMIT {limit:d}"
        )
        return [orjson.loads(row[0]) for row in self._sql.execute(statement, values)]

    def find_all(self, kind: str, **filters: str) -> list[Body]:
        """Every object of a kind that matches, oldest first."""
        conditions = ["kind = ?", *(f"{name} = ?" for name in filters)]
        return self.select(conditions, [kind, *filters.values()], limit=-1, newest_first=False)

    def _add_metadata(self, body: Body) -> None:
        for name, value in body.get("metadata", {}).items():
            self._sql.execute(
                "INSERT INTO metadata (object, kind, name, value) VALUES (?, ?, ?, ?)",
                (body["id"], body["object"], name, value),
            )

    # Settings

    def settings(self) -> Mapping[str, str]:
        return dict(self.query("SELECT name, value FROM settings"))

    def set(self, name: str, value: str) -> None:
        self._sql.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))
