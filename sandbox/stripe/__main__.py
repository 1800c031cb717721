"""Start the sandbox: `python -m sandbox.stripe --port 12111 --state .local/stripe`."""

import argparse
import functools
import os
import signal
import sqlite3
from pathlib import Path

import structlog

from sandbox.stripe.api import Api
from sandbox.stripe.clock import Clock
from sandbox.stripe.control import Control
from sandbox.stripe.faults import Faults
from sandbox.stripe.idempotency import IdempotencyKeys
from sandbox.stripe.journal import Journal
from sandbox.stripe.server import SandboxServer
from sandbox.stripe.store import Store
from sandbox.stripe.webhook_endpoints import configure as configure_endpoint
from sandbox.stripe.webhooks import WebhookSender

log = structlog.get_logger()

MS_PER_S = 1000


def main() -> None:
    options = _options()
    options.state.mkdir(parents=True, exist_ok=True)
    try:
        store = Store(options.state / "stripe.sqlite3")
        server = SandboxServer(options.port)
    except (OSError, sqlite3.OperationalError) as problem:
        # Nearly always another sandbox, on this state or on this port.
        raise SystemExit(f"Cannot use {options.state} and port {options.port}: {problem}") from None
    webhooks = WebhookSender(store)
    clock = Clock(offset_s=float(store.settings().get("clock_offset_s", 0)))
    server.api = Api(
        store=store,
        journal=Journal(options.state / "journal.jsonl", store=store),
        keys=IdempotencyKeys(store),
        faults=Faults(),
        clock=clock,
        webhooks=webhooks,
        base=server.base,
        latency_s=options.latency_ms / MS_PER_S,
        is_strict=options.strict,
    )

    configure = functools.partial(
        configure_endpoint, store, url=options.webhook_url, secret=options.webhook_secret
    )
    configure()
    server.control = Control(api=server.api, on_reset=configure)
    webhooks.start()
    signal.signal(signal.SIGTERM, _stop)
    _announce(server.base, options.state / "address")
    log.info("sandbox.stripe.started", base=server.base, journal=str(server.api.journal.path))
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        webhooks.stop()
        server.server_close()


def _announce(base: str, path: Path) -> None:
    """Say where we listen, for whoever asked for any free port; never half of it."""
    half = path.with_suffix(".half")
    half.write_text(base)
    half.replace(path)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    env = os.environ.get
    parser = argparse.ArgumentParser(prog="python -m sandbox.stripe", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=int(env("SANDBOX_STRIPE_PORT", "0")), help="0: any free one"
    )
    parser.add_argument(
        "--state", type=Path, default=Path(env("SANDBOX_STRIPE_STATE", ".local/stripe"))
    )
    parser.add_argument("--webhook-url", default=env("SANDBOX_STRIPE_WEBHOOK_URL"))
    parser.add_argument("--webhook-secret", default=env("STRIPE_WEBHOOK_SECRET"))
    parser.add_argument(
        "--latency-ms", type=int, default=int(env("SANDBOX_STRIPE_LATENCY_MS", "0"))
    )
    parser.add_argument(
        "--strict", action="store_true", help="compare every answer with the SDK's types"
    )
    options = parser.parse_args()
    if options.webhook_url and not options.webhook_secret:
        parser.error("--webhook-url needs a --webhook-secret to sign with")
    return options


if __name__ == "__main__":
    main()
