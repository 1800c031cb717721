"""Keep a shop's processes running: start by stage, restart what dies, stop in reverse order.

One thread and one loop. Children are signalled when the supervisor itself is killed, and a thread
would make the code that arranges for that unsafe between fork and exec.
"""

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from dev import processes
from dev.logs import last_lines, rotate
from dev.place import as_user

TICK_S = 0.1  # while something is starting; the loop sleeps longer when all is well
PROBE_EVERY_S = 5.0
STABLE_AFTER_S = 10.0
LONGEST_DELAY_S = 5.0
RESTART_GRACE_S = 3.0
# About eight seconds: the children of a killed PostgreSQL may hold its memory for half of that.
GIVE_UP_AFTER = 6


class StartError(RuntimeError):
    """A process did not come up; the message ends with the last lines of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process the shop needs."""

    name: str
    command: Sequence[str]
    stage: int  # started in this order, stopped in reverse
    env: Mapping[str, str]
    cwd: Path
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_s: float = 2.5
    is_ready: Callable[[], bool] | None = None
    announces: str = ""  # for a program that cannot be asked: what its log says when it is up
    # Asked once it is up, where being up and doing its work are told by different signs.
    is_alive: Callable[[], bool] | None = None
    # After a restart; how long a first start may take is for `start` to say.
    starts_within_s: float = 60.0
    # Long enough for a machine busy with a test suite, short enough to notice a shop that hangs.
    unhealthy_for_s: float = 30.0
    prepare: Callable[[], None] = lambda: None  # runs before every start
    # Its connections to another program do not outlive that one reliably: restart it with it.
    restart_with: str | None = None


def restart_delay_s(failures: int) -> float:
    """Return the pause before another start: none after the first failure, then longer and longer."""
    if failures <= 1:
        return 0.0
    return min(0.25 * 2.0 ** (failures - 2), LONGEST_DELAY_S)


@dataclass(slots=True)
class Supervised:
    """A program and what is happening to it."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    ready: bool = False
    was_ready: bool = False  # at least once since the supervisor knows it
    failures: int = 0
    started_at: float = 0.0
    log_starts_at: int = 0
    start_at: float | None = None  # due for a start
    kill_at: float | None = None  # was asked to stop so that it starts afresh
    probed_at: float = 0.0
    healthy_at: float = 0.0


@dataclass
class Supervisor:
    """Runs programs; `changed` is told the pids of all and the names of those that are well."""

    logs: Path
    changed: Callable[[dict[str, int], list[str]], None]
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    all: dict[str, Supervised] = field(default_factory=dict)
    stopped_by: int | None = None  # the signal that asked for it

    def __post_init__(self) -> None:
        self._wake_read, wake_write = os.pipe()
        for end in (self._wake_read, wake_write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._request_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake the loop
        self._looked_at_logs = self.clock()

    def _request_stop(self, number: int, _frame: FrameType | None) -> None:
        self.stopped_by = number

    # Starting.

    def start(self, programs: Iterable[Program], *, within_s: float) -> None:
        """Start programs and return when each is ready.

        Raises:
            StartError: one is not, in time.
        """
        self.wait(self.spawn(programs), within_s=within_s)

    def spawn(self, programs: Iterable[Program]) -> list[str]:
        """Start programs and return their names at once."""
        started = []
        for program in programs:
            self.all[program.name] = Supervised(program=program)
            self._start(self.all[program.name])
            started.append(program.name)
        return started

    def wait(self, names: Iterable[str], *, within_s: float) -> None:
        """Return when each of these is ready; raise a StartError if one is not, in time."""
        deadline = self.clock() + within_s
        while late := [name for name in names if not self.all[name].ready]:
            self.check_stop()
            if self.clock() > deadline or any(
                self.all[name].failures > GIVE_UP_AFTER for name in late
            ):
                log = last_lines(self.log_of(late[0]))
                raise StartError(f"{', '.join(late)} did not start.\n{log}")
            self.tick(TICK_S / 2)

    def run_step(self, command: Sequence[str], *, name: str, env: Mapping[str, str]) -> str:
        """Run a command to its end beside the supervised ones and return what it printed.

        Raises:
            StartError: its exit status is not 0.
        """
        output, log = self.logs / f"{name}.out", self.log_of(name)
        with output.open("wb") as out, log.open("ab") as err:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=dict(env)
            )
        try:
            while process.poll() is None:
                self.check_stop()
                self.tick(TICK_S)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        text = output.read_text()
        output.unlink()  # it may hold a login
        if process.returncode != 0:
            raise StartError(f"{name} failed.\n{text[-2000:]}{last_lines(self.log_of(name))}")
        return text

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def check_stop(self) -> None:
        if self.stopped_by is not None:
            raise KeyboardInterrupt

    def _start(self, it: Supervised) -> None:
        program = it.program
        it.start_at = it.kill_at = None
        it.ready = False
        it.started_at = it.healthy_at = self.clock()
        it.probed_at = 0.0
        try:
            program.prepare()
            with self.log_of(program.name).open("ab") as log:
                it.log_starts_at = log.tell()
                it.process = subprocess.Popen(
                    program.command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=dict(program.env),
                    cwd=program.cwd,
                    start_new_session=True,
                    preexec_fn=processes.die_with_parent(program.stop_signal),  # noqa: PLW1509 - one thread
                    **as_user(program.user),
                )
        except (OSError, RuntimeError) as problem:
            self._failed(it, f"could not be started: {problem}")
        self._tell()

    # Watching.

    def run(self) -> None:
        """Watch until a signal asks to stop."""
        while self.stopped_by is None:
            self.tick(TICK_S if self._is_busy() else 1.0)

    def tick(self, timeout_s: float) -> None:
        """Wait for news, then reap, restart and probe what is due."""
        if select.select([self._wake_read], [], [], timeout_s)[0]:
            os.read(self._wake_read, 1024)
        now = self.clock()
        for it in list(self.all.values()):
            self._look_after(it, now)
        if now - self._looked_at_logs > 10:
            self._looked_at_logs = now
            for name in self.all:
                rotate(self.log_of(name))

    def _look_after(self, it: Supervised, now: float) -> None:
        if it.process is not None and it.process.poll() is not None:
            self._ended(it, it.process.returncode)
        if it.process is None:
            if it.start_at is not None and now >= it.start_at:
                self._start(it)
            return
        if it.kill_at is not None:
            if now >= it.kill_at:
                processes.signal_group(it.process.pid, signal.SIGKILL)
            return
        if not it.ready or now - it.probed_at >= PROBE_EVERY_S:
            self._probe(it, now)

    def _probe(self, it: Supervised, now: float) -> None:
        it.probed_at = now
        if self._is_well(it):
            it.healthy_at = now
            if not it.ready:
                it.ready = it.was_ready = True
                self._became_ready(it)
        elif it.ready and now - it.healthy_at > it.program.unhealthy_for_s:
            self.say(f"{it.program.name} does not answer any more")
            self._restart(it)
        elif not it.ready and it.was_ready and now - it.started_at > it.program.starts_within_s:
            self.say(f"{it.program.name} does not come up; it is started once more")
            self._restart(it)

    def _is_well(self, it: Supervised) -> bool:
        program = it.program
        if it.ready and program.is_alive:
            return program.is_alive()
        if program.is_ready:
            return program.is_ready()
        return it.ready or self._has_announced(it)

    def _has_announced(self, it: Supervised) -> bool:
        with self.log_of(it.program.name).open("rb") as log:
            if log.seek(0, os.SEEK_END) < it.log_starts_at:
                it.log_starts_at = 0  # it was put aside since the start, and begins anew
            log.seek(it.log_starts_at)
            return it.program.announces.encode() in log.read()

    def _became_ready(self, it: Supervised) -> None:
        if it.failures:
            self.say(f"{it.program.name} is back")
            for other in self.all.values():
                if other.program.restart_with == it.program.name and other.process:
                    self.say(f"{other.program.name} is restarted, because {it.program.name} was")
                    self._restart(other)
        self._tell()

    def _restart(self, it: Supervised) -> None:
        assert it.process
        it.ready = False
        it.kill_at = self.clock() + RESTART_GRACE_S
        with contextlib.suppress(ProcessLookupError):
            it.process.send_signal(it.program.stop_signal)

    def _ended(self, it: Supervised, status: int) -> None:
        assert it.process
        # What its leader left behind would hold its port or go on working beside the next one.
        processes.signal_group(it.process.pid, signal.SIGKILL)
        it.process = None
        if it.kill_at is not None:
            self._failed(it, None)
        else:
            self._failed(it, f"died of {describe(status)}")

    def _failed(self, it: Supervised, what: str | None) -> None:
        it.failures = 1 if self.clock() - it.started_at > STABLE_AFTER_S else it.failures + 1
        delay_s = 0.0 if what is None else restart_delay_s(it.failures)
        it.start_at = self.clock() + delay_s
        it.kill_at = None
        it.ready = False
        if what:
            self.say(f"{it.program.name} {what}; restart in {delay_s:g} s")
        self._tell()

    def _is_busy(self) -> bool:
        return any(not it.ready or it.kill_at is not None for it in self.all.values())

    def _tell(self) -> None:
        self.changed(
            {name: it.process.pid for name, it in self.all.items() if it.process},
            [name for name, it in self.all.items() if it.ready],
        )

    # Stopping.

    def stop(self) -> None:
        """Stop all, the last stage first; what does not end in time is killed."""
        for stage in sorted({it.program.stage for it in self.all.values()}, reverse=True):
            ending = {
                name: it
                for name, it in self.all.items()
                if it.program.stage == stage and it.process
            }
            for it in ending.values():
                assert it.process
                if it.process.poll() is None:
                    it.process.send_signal(it.program.stop_signal)
            started = self.clock()
            for name, it in ending.items():
                assert it.process
                left_s = started + it.program.stop_within_s - self.clock()
                try:
                    it.process.wait(timeout=max(left_s, 0.05))
                except subprocess.TimeoutExpired:
                    self.say(f"{name} did not stop within {it.program.stop_within_s:g} s; killed")
                processes.signal_group(it.process.pid, signal.SIGKILL)
                it.process.wait()
                it.process = None
        self.all.clear()


def describe(status: int) -> str:
    return f"exit status {status}" if status >= 0 else signal.Signals(-status).name
