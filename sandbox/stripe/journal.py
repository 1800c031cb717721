"""The journal: one line for every time money moved or a bank said no, never changed again.

It is the oracle for checkers, so it must neither miss a fact nor hold one that was undone.
A line is therefore written in the transaction of its fact and copied to the file once that
is committed, before the answer leaves; after a crash the file catches up from the table.
"""

import threading
from pathlib import Path
from typing import IO, Any

import orjson

from sandbox.stripe.call import Call
from sandbox.stripe.clock import as_text
from sandbox.stripe.store import Store


class Journal:
    """The file `journal.jsonl`, following the table of the same name."""

    def __init__(self, path: Path, *, store: Store) -> None:
        self.path = path
        self._store = store
        self._lock = threading.Lock()
        self._written = _repair(path)
        self._file: IO[bytes] = path.open("ab", buffering=0)
        self.catch_up()

    def catch_up(self) -> None:
        """Copy every committed line that the file does not have yet."""
        with self._lock:
            rows = self._store.query(
                "SELECT seq, line FROM journal WHERE seq > ? ORDER BY seq", (self._written,)
            )
            if rows:
                self._file.write(b"".join(line.encode() + b"\n" for _, line in rows))
                self._written = rows[-1][0]

    def read(self) -> list[dict[str, Any]]:
        """Every line so far."""
        return [orjson.loads(line) for line in self.path.read_bytes().splitlines()]

    def start_over(self) -> None:
        with self._lock:
            self._file.truncate(0)
            self._written = 0


def note(call: Call, kind: str, *, amount: int, charge: dict[str, object], **more: object) -> None:
    """Write down that `amount` of this charge moved, or did not."""
    line = {
        "at": as_text(call.now),
        "kind": kind,
        "amount": amount,
        "currency": charge["currency"],
        "payment_intent": charge["payment_intent"],
        "charge": charge["id"],
        "customer": charge["customer"],
        "metadata": charge["metadata"],
        "idempotency_key": call.idempotency_key,
    }
    call.store.execute(
        "INSERT INTO journal (line) VALUES (?)", (orjson.dumps(line | more).decode(),)
    )


def _repair(path: Path) -> int:
    """Cut off a line that a crash tore, and count the whole ones."""
    if not path.exists():
        return 0
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return whole.count(b"\n")
