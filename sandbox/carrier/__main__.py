"""Start the carrier: python -m sandbox.carrier --port N --state DIR."""

import argparse
import fcntl
import os
import signal
import sys
import threading
from pathlib import Path
from typing import IO

from sandbox.carrier.carrier import Carrier
from sandbox.carrier.server import LOOPBACK, Server
from sandbox.carrier.store import Store
from sandbox.carrier.webhooks import Dispatcher, Endpoint

DEFAULT_API_KEY = "carrier_test_key"


def main() -> None:
    wish = _read_arguments()
    wish.state.mkdir(parents=True, exist_ok=True)
    lock = _lock(wish.state)
    store = Store(wish.state / "carrier.sqlite3")
    endpoint = _endpoint(wish.webhook_url, wish.webhook_secret)
    dispatcher = Dispatcher(store, endpoint=endpoint) if endpoint else None
    carrier = Carrier(store, api_key=wish.api_key, dispatcher=dispatcher)
    try:
        server = Server(carrier, port=wish.port)
    except OSError as error:
        sys.exit(f"sandbox.carrier: cannot listen on {LOOPBACK}:{wish.port}: {error.strerror}")

    def stop(*_: object) -> None:
        # `shutdown` waits for the loop below, so it must not be called from inside it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if dispatcher:
        dispatcher.start()
    _tell(server.address, state=wish.state)
    server.serve_forever(poll_interval=0.1)
    # Webhooks under way are cut off with us and sent again next time, as after a kill.
    server.server_close()
    lock.close()


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.carrier", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one and says which")
    parser.add_argument("--state", type=Path, required=True, help="directory; survives the process")
    parser.add_argument("--webhook-url", help="where the shop listens; without it none are sent")
    parser.add_argument(
        "--webhook-secret",
        default=os.environ.get("CARRIER_WEBHOOK_SECRET"),
        help="whsec_ and base64; default: CARRIER_WEBHOOK_SECRET",
    )
    parser.add_argument(
        "--api-key",
        default=os.environ.get("CARRIER_API_KEY", DEFAULT_API_KEY),
        help=f"default: CARRIER_API_KEY, else {DEFAULT_API_KEY}",
    )
    return parser.parse_args()


def _endpoint(url: str | None, secret: str | None) -> Endpoint | None:
    if url is None:
        return None
    try:
        return Endpoint(url=url, secret=secret or "")
    except ValueError as error:
        sys.exit(f"sandbox.carrier: {error}")


def _tell(address: str, *, state: Path) -> None:
    """Say where we listen: to people in the log, to programs in the file `address`."""
    print(f"sandbox.carrier: listening on {address}", flush=True)
    draft = state / "address.new"
    draft.write_text(address)
    draft.rename(state / "address")


def _lock(directory: Path) -> IO[str]:
    """Keep a second carrier away from the same state; the system lets go when we die."""
    file = (directory / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"sandbox.carrier: another carrier is at work in {directory}")
    return file


if __name__ == "__main__":
    main()
