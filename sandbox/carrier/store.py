"""Everything the carrier knows, in one SQLite file that outlives the process.

A request is one transaction: the shipment, its events, the webhooks to send and the journal line
become facts together or not at all, before the answer leaves. Killing the process loses nothing
that was answered: the write-ahead log is with the operating system by then.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

type Body = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS shipments (
    serial INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL UNIQUE,
    tracking_number TEXT UNIQUE, fingerprint TEXT NOT NULL, status TEXT, body TEXT
);
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, tracking_number TEXT NOT NULL,
    sequence INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (tracking_number, sequence)
);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, tracking_number TEXT NOT NULL,
    due_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'pending', answer TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_at, seq) WHERE state = 'pending';
CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS faults (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, asked INTEGER NOT NULL DEFAULT 0,
    fired INTEGER NOT NULL DEFAULT 0
);
"""
TABLES = ("shipments", "events", "deliveries", "journal", "faults")


class Store:
    """The one connection to the file, and the one lock in front of it."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._sql = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._sql.execute("PRAGMA journal_mode = WAL")
        # Only the process may be killed here, not the machine: no need to wait for the disk.
        self._sql.execute("PRAGMA synchronous = NORMAL")
        self._sql.executescript(SCHEMA)

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
    def alone(self) -> Iterator[None]:
        """Keep other threads out between two statements."""
        with self._lock:
            yield

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run one statement; safe inside a transaction and beside those of other threads."""
        with self._lock:
            return self._sql.execute(statement, values).fetchall()

    def clear(self) -> None:
        """Forget everything but the serials already given: a number never names two parcels."""
        with self.transaction():
            for table in TABLES:
                self._sql.execute(f"DELETE FROM {table}")  # noqa: S608  (names from above)

    # The journal: what was bought, given back and scanned. Lines are added, never changed.

    def note(self, kind: str, *, at: str, **facts: Any) -> None:
        body = json.dumps({"kind": kind, "at": at, **facts})
        self.query("INSERT INTO journal (body) VALUES (?)", (body,))

    def journal(self, *, after: int) -> list[Body]:
        rows = self.query("SELECT seq, body FROM journal WHERE seq > ? ORDER BY seq", (after,))
        return [{"seq": seq, **json.loads(body)} for seq, body in rows]
