"""Tells the shop of every event, signed as Standard Webhooks has it, until the shop has taken it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import http.client
import json
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox.carrier.store import Body, Store

SECRET_PREFIX = "whsec_"  # noqa: S105  (the mark of a secret, not one)

# Real senders take hours over this; here a shop that was restarted shall hear soon.
RETRY_AFTER_S = (1, 2, 5, 10, 30, 60, 300, 900, 3_600)
TIMEOUT_S = 5
WORKERS = 4
LOOK_AGAIN_AFTER_S = 60.0


def sign(*, secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`.

    Raises:
        ValueError: the secret is not `whsec_` and base64.
    """
    key = secret_key(secret)
    content = f"{webhook_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def secret_key(secret: str) -> bytes:
    if not secret.startswith(SECRET_PREFIX):
        raise ValueError(f"a webhook secret starts with {SECRET_PREFIX}")
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError(f"a webhook secret is {SECRET_PREFIX} and base64: {error}") from error
    if not key:
        raise ValueError(f"a webhook secret has something after {SECRET_PREFIX}")
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the shop listens, and the secret it shares with the carrier."""

    url: str
    secret: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{self.url} is not an http address")
        secret_key(self.secret)

    def post(self, *, webhook_id: str, body: bytes) -> int:
        """Send once; the status of the answer. Redirects are answers, not orders.

        Raises:
            OSError, http.client.HTTPException: nobody answered in time.
        """
        parts = urlsplit(self.url)
        is_secure = parts.scheme == "https"
        connect = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
        connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        timestamp = int(time.time())
        headers = {
            "content-type": "application/json",
            "user-agent": "sandbox-carrier",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(
                secret=self.secret, webhook_id=webhook_id, timestamp=timestamp, body=body
            ),
        }
        target = parts.path or "/"
        if parts.query:
            target = f"{target}?{parts.query}"
        try:
            connection.request("POST", target, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to the shop."""

    seq: int
    tracking_number: str
    reference: str
    tries: int
    event: Body

    def body(self) -> bytes:
        """What is signed and sent. The same bytes at every try."""
        message = {
            "id": self.event["id"],
            "type": "tracking.updated",
            "timestamp": self.event["occurred_at"],
            "data": {
                "tracking_number": self.tracking_number,
                "reference": self.reference,
                **{name: value for name, value in self.event.items() if name != "id"},
            },
        }
        return json.dumps(message, separators=(",", ":")).encode()


class Dispatcher:
    """A few threads that carry out what the store says is due.

    Webhooks of one parcel go out one after the other, so that nothing but a retry or a fault
    changes their order. Pending rows outlive the process; one that was sent but not yet noted
    is sent again.
    """

    def __init__(self, store: Store, *, endpoint: Endpoint) -> None:
        self._store, self._endpoint = store, endpoint
        self._bell = threading.Condition()
        self._busy: set[str] = set()

    def start(self) -> None:
        for number in range(WORKERS):
            threading.Thread(target=self._work, name=f"webhook-{number}", daemon=True).start()

    def ring(self) -> None:
        """Something may be due."""
        with self._bell:
            self._bell.notify_all()

    def settle(self) -> None:
        """Wait until nothing is on its way any more; new work may start right after."""
        with self._bell:
            self._bell.wait_for(lambda: not self._busy, timeout=2 * TIMEOUT_S)

    def _work(self) -> None:
        while True:
            delivery = self._next()
            try:
                self._deliver(delivery)
            finally:
                with self._bell:
                    self._busy.discard(delivery.tracking_number)
                    self._bell.notify_all()

    def _next(self) -> Delivery:
        """Wait for a delivery that is due."""
        with self._bell:
            while True:
                now = time.time()
                rows = self._store.query(
                    "SELECT d.seq, d.tracking_number, s.reference, d.tries, d.due_at, e.body"
                    " FROM deliveries d JOIN events e ON e.id = d.event"
                    " JOIN shipments s ON s.tracking_number = d.tracking_number"
                    " WHERE d.state = 'pending' ORDER BY d.due_at, d.seq LIMIT 100"
                )
                wait_s = LOOK_AGAIN_AFTER_S
                for seq, tracking_number, reference, tries, due_at, event in rows:
                    if tracking_number in self._busy:
                        continue
                    if due_at > now:
                        wait_s = min(wait_s, due_at - now)
                        break
                    self._busy.add(tracking_number)
                    return Delivery(
                        seq=seq,
                        tracking_number=tracking_number,
                        reference=reference,
                        tries=tries,
                        event=json.loads(event),
                    )
                self._bell.wait(wait_s)

    def _deliver(self, delivery: Delivery) -> None:
        try:
            status = self._endpoint.post(webhook_id=delivery.event["id"], body=delivery.body())
            answer, is_taken = str(status), 200 <= status < 300
        except (OSError, http.client.HTTPException) as error:
            answer, is_taken = type(error).__name__, False
        if is_taken:
            state, due_at = "delivered", time.time()
        elif delivery.tries < len(RETRY_AFTER_S):
            state, due_at = "pending", time.time() + RETRY_AFTER_S[delivery.tries]
        else:
            state, due_at = "given_up", time.time()
        self._store.query(
            "UPDATE deliveries SET state = ?, due_at = ?, tries = tries + 1, answer = ?"
            " WHERE seq = ?",
            (state, due_at, answer, delivery.seq),
        )
