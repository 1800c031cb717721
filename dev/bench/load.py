"""A load client in one process: so many connections, each with one request on its way at a time.

It shares the machine with what it measures, so it does little: sockets and a selector, requests
written beforehand, and of each answer the status and the length.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dev.processes import LOOPBACK

_HEAD_ENDS = b"\r\n\r\n"


@dataclass(slots=True, kw_only=True)
class Measured:
    """What came back: how many by status, and how long each took."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies_s: list[float] = field(default_factory=list)
    bytes_read: int = 0

    @property
    def rate(self) -> float:
        return len(self.latencies_s) / self.seconds if self.seconds else 0.0

    def percentile_ms(self, percent: float) -> float:
        ordered = sorted(self.latencies_s)
        return 1000 * ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)]


def get(path: str, *, host: str = LOOPBACK) -> bytes:
    """Write a GET request to be sent many times."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n\r\n".encode()


def run(
    requests: Sequence[bytes],
    *,
    port: int,
    connections: int,
    for_s: float,
    keep_latencies: bool = True,
) -> Measured:
    """Send the requests in turn, over and over, until the time is up.

    Without `keep_latencies` only the answers are counted: a run of minutes shall not fill the memory.
    """
    measured = Measured()
    turn = _turns(requests)
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        client = _Connection(socket.create_connection((LOOPBACK, port)))
        client.send(next(turn))
        selector.register(client.socket, selectors.EVENT_READ, client)
    began = time.perf_counter()
    ends = began + for_s
    while (now := time.perf_counter()) < ends:
        for key, _ in selector.select(timeout=1):
            client = key.data
            if not client.read():
                continue
            now = time.perf_counter()
            measured.statuses[client.status] += 1
            measured.bytes_read += client.length
            if keep_latencies:
                measured.latencies_s.append(now - client.sent_at)
            client.send(next(turn))
    measured.seconds = now - began
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    selector.close()
    return measured


def _turns(requests: Sequence[bytes]) -> Iterator[bytes]:
    while True:
        yield from requests


class _Connection:
    """One connection of the client, and how much of the present answer it has read."""

    __slots__ = ("_left", "_read", "length", "sent_at", "socket", "status")

    def __init__(self, connected: socket.socket) -> None:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = connected
        self.sent_at, self.status, self.length = 0.0, 0, 0
        self._read, self._left = b"", -1

    def send(self, request: bytes) -> None:
        self._read, self._left = b"", -1
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> bool:
        """Read what has come, and tell whether the answer is complete."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionError("the server has closed the connection")
        if self._left >= 0:
            self._left -= len(chunk)
            return self._left <= 0
        self._read += chunk
        head, found, body = self._read.partition(_HEAD_ENDS)
        if not found:
            return False
        self.status = int(head[9:12])
        lines = head.lower().split(b"\r\n")
        [length] = [int(x[15:]) for x in lines if x.startswith(b"content-length:")]
        self.length = length
        self._left = length - len(body)
        return self._left <= 0
