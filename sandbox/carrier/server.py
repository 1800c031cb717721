"""The HTTP server in front of the carrier: sockets, lengths, JSON. Loopback only."""

import json
import sys
import traceback
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import override
from urllib.parse import parse_qsl, unquote

from sandbox.carrier.carrier import Carrier, ConnectionCut, as_answer
from sandbox.carrier.http_messages import Answer, Request
from sandbox.carrier.problems import BodyTooLarge, InternalFailure, LengthRequired, Problem

LOOPBACK = "127.0.0.1"
MAX_BODY_BYTES = 64 * 1024
IDLE_TIMEOUT_S = 75


class Server(ThreadingHTTPServer):
    """One thread for each connection; the store lets them through one at a time."""

    daemon_threads = True
    # Twenty buyers who press the button together must not find the door shut.
    request_queue_size = 128

    def __init__(self, carrier: Carrier, *, port: int) -> None:
        self.carrier = carrier
        super().__init__((LOOPBACK, port), Handler)

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.server_port}"

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        # A client that hangs up is no news; anything else is.
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            traceback.print_exc()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sandbox-carrier"
    sys_version = ""
    timeout = IDLE_TIMEOUT_S
    # Head and body leave in one packet, at once.
    wbufsize = -1
    disable_nagle_algorithm = True

    server: Server

    def _handle(self) -> None:
        try:
            answer = self.server.carrier.answer(self._read())
        except ConnectionCut:
            self.close_connection = True
            return
        except Problem as problem:
            # The rest of such a body was not read, so the connection cannot go on.
            self.close_connection = True
            answer = as_answer(problem)
        except Exception:  # noqa: BLE001  (a mistake of the sandbox itself: shown, then answered as a server does)
            traceback.print_exc()
            answer = as_answer(InternalFailure("The sandbox has a bug; its log has the details."))
        self._write(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815  (names of the standard library)

    def _read(self) -> Request:
        path, _, query = self.path.partition("?")
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            raise LengthRequired("Chunked bodies are not read here.")
        if int(length) > MAX_BODY_BYTES:
            raise BodyTooLarge(f"A body may have {MAX_BODY_BYTES} bytes.")
        return Request(
            method=self.command,
            path=unquote(path),
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            content=self.rfile.read(int(length)),
            received_at=datetime.now(UTC),
        )

    def _write(self, answer: Answer) -> None:
        content = json.dumps(answer.body).encode()
        headers = {"Content-Type": "application/json", **answer.headers}
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: the journal tells what happened, and the shop's log what it asked for."""
