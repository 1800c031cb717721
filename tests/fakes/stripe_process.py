"""Starts the sandbox Stripe as a process of its own, for tests that want to be charged.

with stripe_sandbox(tmp_path) as stripe:
    client = StripeClient("sk_test_sandbox", base_addresses={"api": stripe.base})
    stripe.control("POST", "faults", {"kind": "cut_after_commit", "count": 1})
    assert stripe.journal() == [...]
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
START_WITHIN_S = 20


class ControlRefused(Exception):
    """The sandbox did not accept a control call."""


@dataclass(slots=True, kw_only=True)
class StripeSandbox:
    """One sandbox process, its address and its state folder."""

    state: Path
    webhook_url: str | None = None
    webhook_secret: str = "whsec_test"
    arguments: Sequence[str] = ("--strict",)
    base: str = ""
    _port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start, again on the same port after a kill, and wait until it answers."""
        self.state.mkdir(parents=True, exist_ok=True)
        address = self.state / "address"
        address.unlink(missing_ok=True)
        command = [sys.executable, "-m", "sandbox.stripe", "--port", str(self._port)]
        command += ["--state", str(self.state), *self.arguments]
        if self.webhook_url:
            command += ["--webhook-url", self.webhook_url, "--webhook-secret", self.webhook_secret]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")
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

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def control(self, method: str, path: str, wish: dict[str, Any] | None = None) -> Any:
        """Make a control call, `control("POST", "faults", {...})`.

        Raises:
            ControlRefused: with what the sandbox said.
        """
        request = urllib.request.Request(
            f"{self.base}/_sandbox/{path}",
            method=method,
            data=None if wish is None else json.dumps(wish).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError as refusal:
            raise ControlRefused(refusal.read().decode()) from refusal

    def journal(self) -> list[dict[str, Any]]:
        """Every time money moved or a bank said no, oldest first."""
        lines = (self.state / "journal.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def reset(self) -> None:
        self.control("POST", "reset")

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(timeout=10)


@contextmanager
def stripe_sandbox(
    tmp_path: Path,
    *,
    webhook_url: str | None = None,
    webhook_secret: str = "whsec_test",
    arguments: Sequence[str] = ("--strict",),
) -> Iterator[StripeSandbox]:
    """A running sandbox on a free port; it ends with the block.

    Strict unless told otherwise: an answer that Stripe's SDK has no words for becomes a 500.
    """
    sandbox = StripeSandbox(
        state=tmp_path / "stripe",
        webhook_url=webhook_url,
        webhook_secret=webhook_secret,
        arguments=arguments,
    )
    sandbox.start()
    try:
        yield sandbox
    finally:
        sandbox.kill()
