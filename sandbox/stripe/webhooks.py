"""Telling the endpoints: signed, in order, again and again until they say that they have it.

A delivery is a row, so none is lost with the process; the sender is one thread that keeps its
connection open. https://docs.stripe.com/webhooks
"""

import hashlib
import hmac
import http.client
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog

from sandbox.stripe.store import Store

type Body = dict[str, Any]

log = structlog.get_logger()

BATCH = 100
TIMEOUT_S = 10
STOP_WITHIN_S = 2
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
MOST_TRIES = 50


class WebhookSender(threading.Thread):
    """Sends what is due, oldest first, and sleeps until something is."""

    def __init__(self, store: Store) -> None:
        super().__init__(name="webhooks", daemon=True)
        self._store = store
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._connections: dict[str, http.client.HTTPConnection] = {}

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        self._stopping.set()
        self._awake.set()
        self.join(timeout=STOP_WITHIN_S)

    def run(self) -> None:
        while not self._stopping.is_set():
            self._awake.clear()
            due = self._due()
            for delivery in due:
                if self._stopping.is_set():
                    return
                self._deliver_or_log(*delivery)
            if not due:
                self._awake.wait(self._pause_s())

    def count(self) -> dict[str, int]:
        """How many deliveries there are in each state; late ones are pending."""
        rows = self._store.query("SELECT state, count(*) FROM deliveries GROUP BY state")
        return {"pending": 0, "delivered": 0, "abandoned": 0} | dict(rows)

    def _due(self) -> list[Any]:
        return self._store.query(
            "SELECT seq, event, endpoint, tries FROM deliveries"
            " WHERE state = 'pending' AND due_at <= ? ORDER BY due_at, seq LIMIT ?",
            (time.time(), BATCH),
        )

    def _pause_s(self) -> float | None:
        rows = self._store.query("SELECT min(due_at) FROM deliveries WHERE state = 'pending'")
        return None if rows[0][0] is None else max(0.0, rows[0][0] - time.time())

    def _deliver_or_log(self, seq: int, event_id: str, endpoint_id: str, tries: int) -> None:
        try:
            self._deliver(seq, event_id, endpoint_id, tries)
        except Exception:
            # The thread must outlive an endpoint whose address nobody can make sense of.
            log.exception("sandbox.stripe.webhook_failed", event_id=event_id)
            self._postpone(seq, tries)

    def _deliver(self, seq: int, event_id: str, endpoint_id: str, tries: int) -> None:
        event, endpoint = self._load(event_id), self._load(endpoint_id)
        if event is None or endpoint is None:
            # Reset or deleted meanwhile.
            self._conclude(seq, "abandoned")
        elif self._send(endpoint, orjson.dumps(event)):
            self._conclude(seq, "delivered")
        else:
            self._postpone(seq, tries)

    def _postpone(self, seq: int, tries: int) -> None:
        pause_s = min(FIRST_PAUSE_S * 2**tries, LONGEST_PAUSE_S)
        with self._store.transaction():
            self._store.execute(
                "UPDATE deliveries SET tries = tries + 1, due_at = ?, state = ? WHERE seq = ?",
                (
                    time.time() + pause_s,
                    "pending" if tries + 1 < MOST_TRIES else "abandoned",
                    seq,
                ),
            )

    def _load(self, object_id: str) -> Body | None:
        rows = self._store.query("SELECT body FROM objects WHERE id = ?", (object_id,))
        return orjson.loads(rows[0][0]) if rows else None

    def _conclude(self, seq: int, state: str) -> None:
        with self._store.transaction():
            self._store.execute("UPDATE deliveries SET state = ? WHERE seq = ?", (state, seq))

    def _send(self, endpoint: Body, payload: bytes) -> bool:
        """Post one event; true when the endpoint took it."""
        url = urlsplit(endpoint["url"])
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(payload, secret=endpoint["_secret"], at=int(time.time())),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        target = url.path or "/"
        if url.query:
            target += f"?{url.query}"
        connection = self._connection(url.scheme, url.netloc)
        was_open = connection.sock is not None
        status = _post(connection, target, payload, headers)
        if status is None and was_open:
            # Perhaps only the idle connection was gone: once more on a new one.
            status = _post(connection, target, payload, headers)
        return status in range(200, 300)

    def _connection(self, scheme: str, host: str) -> http.client.HTTPConnection:
        key = f"{scheme}://{host}"
        if key not in self._connections:
            kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
            self._connections[key] = kind(host, timeout=TIMEOUT_S)
        return self._connections[key]


def _post(
    connection: http.client.HTTPConnection, target: str, payload: bytes, headers: dict[str, str]
) -> int | None:
    """The status that the endpoint answered with; None when it did not answer."""
    try:
        connection.request("POST", target, body=payload, headers=headers)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return None
    return response.status


def signature(payload: bytes, *, secret: str, at: int) -> str:
    """The `Stripe-Signature` header of a payload.

    `at` is the machine's time, not the sandbox's: the receiver compares it with his own clock.
    """
    digest = hmac.new(secret.encode(), f"{at}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
