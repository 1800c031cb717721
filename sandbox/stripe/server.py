"""The HTTP door: one thread a connection, kept open, and cut when a fault says so."""

import select
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog

from sandbox.stripe.api import Answer, Api, Request
from sandbox.stripe.control import PREFIX, Control
from sandbox.stripe.errors import ServerTrouble
from sandbox.stripe.faults import ConnectionCut, Silence

log = structlog.get_logger()

LARGEST_BODY = 1_000_000
LONGEST_SILENCE_S = 600


class SandboxServer(ThreadingHTTPServer):
    """Listens on loopback only: nothing here is protected."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.api: Api
        self.control: Control

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that hang up are everyday life here; anything else is a bug of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Translates HTTP to the API or the control calls, and back."""

    server: SandboxServer
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one packet; without this the second would wait for an ACK.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def _handle(self) -> None:
        request = self._read()
        if request is None:
            return
        door = self.server.control if request.path.startswith(PREFIX) else self.server.api
        try:
            answer = door.answer(request)
        except ConnectionCut:
            self.close_connection = True
        except Silence:
            self._say_nothing()
        except Exception as trouble:
            # Whatever a bug of the sandbox's is, its caller shall see it and not wait for it.
            log.exception("sandbox.stripe.failed", path=request.path)
            error = ServerTrouble(f"The sandbox failed: {trouble!r}").body()
            self._write(
                Answer(
                    status=500,
                    content=orjson.dumps(error),
                    headers={"Stripe-Should-Retry": "false"},
                )
            )
        else:
            self._write(answer)

    def _read(self) -> Request | None:
        announced = self.headers.get("Content-Length") or "0"
        if not announced.isdecimal() or int(announced) > LARGEST_BODY:
            self.close_connection = True
            self._write(Answer(status=413, content=b'{"error": {"message": "Too large."}}'))
            return None
        length = int(announced)
        body = self.rfile.read(length).decode("utf-8", "replace") if length else ""
        url = urlsplit(self.path)
        return Request(
            method=self.command,
            path=url.path,
            query=url.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )

    def _write(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.content)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.content)
        self.wfile.flush()

    def _say_nothing(self) -> None:
        """Keep the connection open until the caller gives up."""
        self.close_connection = True
        select.select([self.connection], [], [], LONGEST_SILENCE_S)
