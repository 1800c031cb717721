"""`make test`: servers that live as long as the tests, then pytest on three processes."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from dev import postgres, valkey
from dev.place import find_place, remove_place
from dev.pytest_plugin import TEMPLATE_VARIABLE
from dev.state import CHECKOUT, State
from dev.supervisor import Supervisor
from dev.terminal import say, step

# Markers that somebody has to ask for: they measure the machine, they judge nothing.
NOT_BY_DEFAULT = "not benchmark"
# One more than two cores: the tests of the running shop, one process of these, mostly wait.
PROCESSES = "3"


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest with these arguments and return its exit status."""
    with servers() as (supervisor, environment):
        command = [
            *(sys.executable, "-m", "pytest", "-p", "dev.pytest_plugin"),
            *("-n", PROCESSES),
            *(() if "-m" in arguments else ("-m", NOT_BY_DEFAULT)),
            *arguments,
        ]
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environment)
        while process.poll() is None:
            supervisor.tick(0.2)
            # Ctrl-C reaches pytest from the terminal: it tells what it has, and we wait for that.
            if supervisor.stopped_by == signal.SIGTERM:
                process.terminate()
        return process.returncode


@contextlib.contextmanager
def servers() -> Iterator[tuple[Supervisor, dict[str, str]]]:
    """Yield the environment of a test run: a PostgreSQL that need not last, and a Valkey."""
    with tempfile.TemporaryDirectory(prefix="commerce-test-") as folder:
        Path(folder).chmod(0o711)
        state = State(Path(folder))
        state.create()
        supervisor = Supervisor(logs=state.logs, changed=lambda *_: None, say=say)
        try:
            with step("Starting PostgreSQL and Valkey for the tests"):
                place = find_place(state, throw_away=True)
                database, database_url = postgres.postgres(state, place, throw_away=True)
                broker, redis_url = valkey.valkey(state, place)
                supervisor.start([database, broker], within_s=60)
                postgres.create_database(database_url)
            environment = {
                **os.environ,
                "COMMERCE_ENV": "test",
                "COMMERCE_LOCAL_DIR": folder,
                "DATABASE_URL": database_url,
                "REDIS_URL": redis_url,
                TEMPLATE_VARIABLE: "commerce_template",
            }
            yield supervisor, environment
        finally:
            supervisor.stop()
            remove_place(state)
