"""Listens where webhooks are sent, keeps what it heard, and answers as it was told.

with webhook_receiver() as receiver:
    receiver.answers = [500, 200]
    ...
    first, second = receiver.wait_for(2)
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One webhook as it arrived, bytes untouched."""

    headers: dict[str, str]
    content: bytes
    at: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.content)


@dataclass(slots=True, kw_only=True)
class WebhookReceiver:
    """`answers` are the next statuses, one for each webhook; 200 when there are none left."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, heard: Heard) -> int:
        with self._changed:
            self.heard.append(heard)
            self._changed.notify_all()
            return self.answers.pop(0) if self.answers else 200

    def wait_for(self, count: int, *, within_s: float = 10) -> list[Heard]:
        """Everything heard, once there are `count` webhooks."""
        with self._changed:
            in_time = self._changed.wait_for(lambda: len(self.heard) >= count, timeout=within_s)
            assert in_time, f"heard {len(self.heard)} of {count} webhooks in {within_s} s"
            return list(self.heard)

    def forget(self) -> None:
        with self._changed:
            self.heard.clear()
            self.answers.clear()


@contextmanager
def webhook_receiver(port: int = 0) -> Iterator[WebhookReceiver]:
    """A receiver on a free port; it ends with the block."""
    receiver = WebhookReceiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard = Heard(
                headers={name.lower(): value for name, value in self.headers.items()},
                content=self.rfile.read(int(self.headers["content-length"])),
                at=time.time(),
            )
            self.send_response(receiver.take(heard))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/webhooks/carrier"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
