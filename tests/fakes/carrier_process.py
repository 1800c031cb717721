"""Starts the sandbox carrier as a process of its own, for tests that ship parcels.

with carrier_sandbox(tmp_path, webhook_url=…) as carrier:
    shipment = carrier.call("POST", "/v1/shipments", parcel("ship-1")).body
    carrier.advance(shipment["tracking_number"], to="delivered")
    carrier.control("POST", "faults", {"kind": "cut_after_commit", "count": 1})
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
START_WITHIN_S = 20
WEBHOOK_SECRET = "whsec_c2FuZGJveC1jYXJyaWVyLXNlY3JldA=="


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the carrier answered."""

    status: int
    headers: Mapping[str, str]
    body: Any


class ControlRefused(Exception):
    """The sandbox did not accept a control call."""


@dataclass(slots=True, kw_only=True)
class CarrierSandbox:
    """One sandbox process, its address and its state folder."""

    state: Path
    webhook_url: str | None = None
    webhook_secret: str = WEBHOOK_SECRET
    api_key: str = "carrier_test_key"
    base: str = ""
    _port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start, again on the same port after a kill, and wait until it listens."""
        self.state.mkdir(parents=True, exist_ok=True)
        address = self.state / "address"
        address.unlink(missing_ok=True)
        command = [sys.executable, "-m", "sandbox.carrier", "--port", str(self._port)]
        command += ["--state", str(self.state), "--api-key", self.api_key]
        if self.webhook_url:
            command += ["--webhook-url", self.webhook_url, "--webhook-secret", self.webhook_secret]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("CARRIER_")
        }
        with (self.state / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        deadline = time.monotonic() + START_WITHIN_S
        while not address.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.state / "output.log").read_text())
            time.sleep(0.02)
        self.base = address.read_text()
        self._port = int(self.base.rpartition(":")[2])

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End it in order; its exit status."""
        self._end(signal.SIGTERM)
        return self._process.returncode

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Reply:
        """Send one request with the API key; `content` sends bytes as they are.

        Raises:
            OSError, http.client.HTTPException: the connection ended without an answer.
        """
        if content is None and body is not None:
            content = json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request(
                method,
                path,
                content,
                {"Authorization": f"Bearer {self.api_key}"} if headers is None else headers,
            )
            response = connection.getresponse()
            return Reply(
                status=response.status,
                headers={name.lower(): value for name, value in response.getheaders()},
                body=json.loads(response.read() or b"null"),
            )
        finally:
            connection.close()

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Make a control call, `control("POST", "faults", {...})`.

        Raises:
            ControlRefused: with what the sandbox said.
        """
        reply = self.call(method, f"/_sandbox/{path}", body, headers={})
        if reply.status >= 400:
            raise ControlRefused(reply.body)
        return reply.body

    def advance(self, tracking_number: str, **wish: str) -> dict[str, Any]:
        """Scan a parcel: one turn on, or `to` a status."""
        return self.control("POST", f"shipments/{tracking_number}/advance", wish)

    def journal(self) -> list[dict[str, Any]]:
        """What was bought, given back and scanned, oldest first."""
        return self.control("GET", "journal")["data"]

    def reset(self) -> None:
        self.control("POST", "reset")

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(timeout=10)


@contextmanager
def carrier_sandbox(
    tmp_path: Path, *, webhook_url: str | None = None, webhook_secret: str = WEBHOOK_SECRET
) -> Iterator[CarrierSandbox]:
    """A running carrier on a free port; it ends with the block."""
    sandbox = CarrierSandbox(
        state=tmp_path / "carrier", webhook_url=webhook_url, webhook_secret=webhook_secret
    )
    sandbox.start()
    try:
        yield sandbox
    finally:
        sandbox.kill()


def parcel(reference: str, **changes: Any) -> dict[str, Any]:
    """What POST /v1/shipments wants: a kilogram and a bit from Columbus to Portland."""
    wish = {
        "reference": reference,
        "service": "standard",
        "from": {
            "name": "East warehouse",
            "line1": "100 East Warehouse Way",
            "city": "Columbus",
            "region": "OH",
            "postal_code": "43215",
            "country": "US",
        },
        "to": {
            "name": "Ada L.",
            "line1": "1 Main St",
            "city": "Portland",
            "region": "OR",
            "postal_code": "97201",
            "country": "US",
        },
        "parcel": {"weight_g": 1_200},
    }
    return wish | changes
