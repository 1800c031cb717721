"""The processes of a shop, on one page: what is started, in which stage, and how it tells its health.

Stage 0 are the servers (dev/postgres.py, dev/valkey.py). Few processes, because it is one machine:
one Celery worker serves every queue here, production runs one deployment per queue.
"""

import http.client
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dev import postgres
from dev.processes import LOOPBACK
from dev.state import CHECKOUT
from dev.supervisor import Program

# As in config/queues.py, which would bring the shop and its settings into whoever supervises it.
QUEUES = ("bulk", "default", "messages", "money", "webhooks")
WEB_WORKERS = 2
WORKER_CHILDREN = 2
# A worker with its hands full does not ask for more; no task takes longer than this.
HANDS_FULL_FOR_S = 150.0


def sandbox(
    name: str,
    *arguments: str,
    port: int,
    folder: Path,
    webhook_url: str,
    env: Mapping[str, str],
) -> Program:
    """Return the stand-in for a provider; it keeps what it knows in `folder`."""
    folder.mkdir(mode=0o700, exist_ok=True)
    return Program(
        name=name,
        # Its key and the secret it signs with come from the environment, out of sight of `ps`.
        command=[
            *(sys.executable, "-m", f"sandbox.{name}"),
            *("--port", str(port), "--state", str(folder), "--webhook-url", webhook_url),
            *arguments,
        ],
        stage=1,
        stop_within_s=1,
        env=env,
        cwd=CHECKOUT,
        is_ready=answers(f"http://{LOOPBACK}:{port}/_sandbox/health"),
    )


def application(
    *, port: int, env: Mapping[str, str], worker_consumes: Callable[[], bool] | None
) -> list[Program]:
    """Return the deployable's own processes.

    Beat rings every queue and each task notes it in a row: one that hangs is told by silence. So is
    the worker, where `worker_consumes` cannot ask the broker.
    """
    database_url = env["DATABASE_URL"]
    shared: dict[str, Any] = {"env": env, "cwd": CHECKOUT}
    celery = [sys.executable, "-m", "celery", "-A", "config.celery"]
    return [
        Program(
            name="worker",
            command=[
                *celery,
                "worker",
                "-Q",
                ",".join(QUEUES),
                "-c",
                str(WORKER_CHILDREN),
                "--without-gossip",
                "--without-mingle",
            ],
            stage=2,
            # The connection of a worker does not always survive the loss of its broker: it may sit
            # there alive and consume nothing (docs/adr/0006-outbox-confirmed-by-receivers.md).
            restart_with="valkey",
            is_ready=worker_consumes,
            announces=" ready.",
            is_alive=worker_consumes or (lambda: postgres.has_heartbeat(database_url, QUEUES)),
            stop_within_s=4,  # it finishes the task in its hands; what it cannot is delivered again
            unhealthy_for_s=HANDS_FULL_FOR_S,
            **shared,
        ),
        Program(
            name="relay",
            command=[sys.executable, "manage.py", "relay_outbox"],
            stage=2,
            announces="outbox.relay.started",
            is_alive=lambda: postgres.has_heartbeat(database_url, ["relay"]),
            **shared,
        ),
        Program(
            name="beat",
            # In memory: a tick is only a bell, the claim of (job, window) is a row.
            command=[*celery, "beat", "-S", "celery.beat:Scheduler"],
            stage=3,
            restart_with="valkey",
            announces="Configuration ->",
            is_alive=lambda: postgres.has_heartbeat(database_url, QUEUES),
            unhealthy_for_s=HANDS_FULL_FOR_S,
            **shared,
        ),
        Program(
            name="web",
            command=[
                *(sys.executable, "-m", "granian", "config.wsgi:application"),
                *("--interface", "wsgi", "--host", LOOPBACK, "--port", str(port), "--no-ws"),
                *("--workers", str(WEB_WORKERS), "--blocking-threads", "4"),
                *("--respawn-failed-workers", "--workers-kill-timeout", "2"),
            ],
            stage=3,
            is_ready=answers(f"http://{LOOPBACK}:{port}/healthz"),
            **shared,
        ),
    ]


def answers(url: str, **headers: str) -> Callable[[], bool]:
    """Return a probe that is true when the address answers 200 within two seconds."""
    parts = urlsplit(url)
    headers["Connection"] = "close"

    def probe() -> bool:
        connection = http.client.HTTPConnection(parts.netloc, timeout=2)
        try:
            connection.request("GET", parts.path, headers=headers)
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe
