"""Idempotency keys, with the meaning Stripe gives them in version 1 of its API.

The first answer that came from executing a request is kept, whatever its status, and is given
again for the same request; https://docs.stripe.com/api/idempotent_requests
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sandbox.stripe.errors import InvalidParameters, KeyInUse, KeyReused
from sandbox.stripe.store import Store

KEEP_FOR_S = 24 * 60 * 60
LONGEST = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAnswer:
    """What a key's first request was answered."""

    status: int
    body: bytes
    request_id: str


class IdempotencyKeys:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._in_progress: set[str] = set()

    @contextmanager
    def in_progress(self, key: str) -> Iterator[None]:
        """Keep others with the same key out for as long as this request runs.

        Raises:
            KeyInUse: somebody else is inside.
        """
        if len(key) > LONGEST:
            raise InvalidParameters(
                f"Idempotency keys can be up to {LONGEST} characters, this one has {len(key)}."
            )
        with self._lock:
            if key in self._in_progress:
                raise KeyInUse(key=key)
            self._in_progress.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._in_progress.discard(key)

    def find(self, key: str, *, endpoint: str, form: str, now: int) -> SavedAnswer | None:
        """The answer kept for this request.

        Raises:
            KeyReused: the key belongs to another request.
        """
        rows = self._store.query(
            "SELECT endpoint, fingerprint, status, body, request_id FROM idempotency_keys"
            " WHERE name = ? AND created > ?",
            (key, now - KEEP_FOR_S),
        )
        if not rows:
            return None
        first_endpoint, fingerprint, status, body, request_id = rows[0]
        if first_endpoint != endpoint:
            raise KeyReused(
                "Keys for idempotent requests can only be used for the same endpoint they were"
                f" first used for ('{first_endpoint}'). Try using a key other than '{key}' if you"
                " meant to execute a different request."
            )
        if fingerprint != _fingerprint(form):
            raise KeyReused(
                "Keys for idempotent requests can only be used with the same parameters they were"
                f" first used with. Try using a key other than '{key}' if you meant to execute a"
                " different request."
            )
        return SavedAnswer(status=status, body=body, request_id=request_id)

    def keep(self, key: str, *, endpoint: str, form: str, answer: SavedAnswer, now: int) -> None:
        """Remember an answer, in the transaction that made its effects facts."""
        self._store.execute(
            "INSERT OR REPLACE INTO idempotency_keys"
            " (name, endpoint, fingerprint, request_id, created, status, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                endpoint,
                _fingerprint(form),
                answer.request_id,
                now,
                answer.status,
                answer.body,
            ),
        )

    def forget_all(self) -> None:
        with self._store.transaction():
            self._store.execute("DELETE FROM idempotency_keys")


def _fingerprint(form: str) -> bytes:
    # Order does not matter to Stripe: clients may shuffle what they send.
    return hashlib.sha256("&".join(sorted(form.split("&"))).encode()).digest()
