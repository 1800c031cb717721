"""A private shop for a test, beside any that is running: real processes that may be killed.

with Stack.start(tmp_path) as shop:
shop.kill("worker")
shop.wait_healthy()
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dev import processes
from dev.place import remove_place
from dev.programs import WEB_WORKERS, WORKER_CHILDREN, answers
from dev.run import clear_leftovers, is_open
from dev.shop import REPLACEABLE
from dev.state import CHECKOUT, State

STARTS_WITHIN_S = 180.0
HEALTHY_WITHIN_S = 30.0
STOPS_WITHIN_S = 15.0
CHILDREN = {"web": WEB_WORKERS, "worker": WORKER_CHILDREN}


class StackError(RuntimeError):
    """The shop did not do in time what was expected; the message has what it said."""


@dataclass(slots=True)
class Stack:
    """A shop under its own supervisor, with its data in a folder of the test."""

    state: State
    _process: subprocess.Popen[bytes]
    _killed: dict[str, int] = field(default_factory=dict)
    _killed_children: dict[str, int] = field(default_factory=dict)

    @classmethod
    def start(cls, folder: Path, *, seed: bool = True) -> Self:
        """Start a shop in this folder and return when it is open.

        It has servers of its own, whatever the environment says, and everything in them is as on a
        developer's machine, except that PostgreSQL does not wait for the disk.
        """
        state = State(folder)
        state.create()
        environment = {
            **{name: value for name, value in os.environ.items() if name not in REPLACEABLE},
            "COMMERCE_LOCAL_DIR": str(folder),
        }
        command = [sys.executable, "-m", "dev", "run", "--port", "0", "--throw-away"]
        with (state.logs / "run.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, *([] if seed else ["--no-seed"])],
                cwd=CHECKOUT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        stack = cls(state, process)
        try:
            stack.wait_until(
                lambda: is_open(stack.facts, supervisor=process.pid), within_s=STARTS_WITHIN_S
            )
        except BaseException:
            stack.forget()
            raise
        return stack

    @property
    def facts(self) -> dict[str, Any]:
        """What `run.json` says now."""
        return self.state.running()

    @property
    def api(self) -> str:
        return str(self.facts["api"])

    @property
    def stripe_base(self) -> str:
        return str(self.facts["stripe"]["base"])

    @property
    def journal(self) -> Path:
        return Path(self.facts["stripe"]["journal"])

    @property
    def database_url(self) -> str:
        return str(self.facts["database_url"])

    @property
    def env(self) -> dict[str, str]:
        """The environment of its processes, for a management command beside them."""
        return {**os.environ, **self.facts["env"]}

    def pids(self) -> dict[str, int]:
        return dict(self.facts["pids"])

    def children(self, name: str) -> list[int]:
        """Return the processes that a program started itself, such as the web workers."""
        return processes.pids(processes.children(self.pids()[name]))

    def kill(self, name: str) -> None:
        """Kill a program's main process without warning; the supervisor has to notice by itself."""
        pid = self.pids()[name]
        self._killed[name] = pid
        os.kill(pid, signal.SIGKILL)

    def kill_child(self, name: str, *, index: int = 0) -> None:
        """Kill one process that a program started itself, without warning."""
        pid = self.children(name)[index]
        self._killed_children[name] = pid
        os.kill(pid, signal.SIGKILL)

    def wait_healthy(self, *, within_s: float = HEALTHY_WITHIN_S) -> None:
        """Return once whatever was killed is replaced and every program is well.

        Raises:
            StackError: it was not, in time.
        """
        ready = answers(f"{self.api}/readyz")

        def healthy() -> bool:
            facts = self.facts
            pids = facts["pids"]
            return (
                all(pids.get(name) != pid for name, pid in self._killed.items())
                and set(facts["well"]) == set(facts["programs"])
                and all(self._replaced(name, pid) for name, pid in self._killed_children.items())
                and ready()
            )

        self.wait_until(healthy, within_s=within_s)
        self._killed.clear()
        self._killed_children.clear()

    def _replaced(self, name: str, pid: int) -> bool:
        children = self.children(name)
        return pid not in children and len(children) >= CHILDREN[name]

    def wait_until(self, condition: Callable[[], bool], *, within_s: float) -> None:
        deadline = time.monotonic() + within_s
        while not condition():
            if self._process.poll() is not None:
                raise StackError(f"The shop ended.\n{self._said()}")
            if time.monotonic() > deadline:
                raise StackError(f"Not within {within_s:g} s.\n{self._said()}")
            time.sleep(0.1)

    def kill_supervisor(self) -> None:
        """Kill the supervisor itself without warning."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Stop the shop and whatever it left behind; its data stays for another start."""
        self._process.terminate()
        try:
            self._process.wait(timeout=STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill_supervisor()
        clear_leftovers(self.state)

    def forget(self) -> None:
        """Stop the shop and remove the data of its servers, wherever it lies."""
        self.stop()
        remove_place(self.state)

    def _said(self) -> str:
        return (self.state.logs / "run.log").read_text(errors="replace")[-4000:]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.forget()
