"""Operating system: ports, and process groups that are stopped only when they are ours."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    pid: int
    parent: int
    group: int
    command: str


def running() -> Iterator[Process]:
    """Yield every process of this machine that we may see, zombies left out."""
    if not Path("/proc/self/stat").exists():
        yield from _running_by_ps()
        return
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):  # it ended while we looked
            # The name stands in brackets and may hold spaces: count from the last bracket.
            status, parent, group, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            )
            if status != "Z":
                yield Process(
                    pid=int(folder.name), parent=int(parent), group=int(group), command=command
                )


def _running_by_ps() -> Iterator[Process]:
    table = subprocess.run(
        ["ps", "-axww", "-o", "pid=,ppid=,pgid=,stat=,command="],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for line in table.splitlines():
        pid, parent, group, status, command = line.split(None, 4)
        if not status.startswith("Z"):
            yield Process(pid=int(pid), parent=int(parent), group=int(group), command=command)


def members(group: int, *, program: str, among: Iterable[Process] | None = None) -> list[Process]:
    """Return who is left of a process group that we started to run `program`.

    A number can belong to somebody else by the time it is read from a file, hence the name.
    """
    every = running() if among is None else among
    return [p for p in every if p.group == group and program in p.command]


def stop_groups(programs: Mapping[int, str], *, within_s: float) -> list[int]:
    """Stop process groups by the number of their leader; return those that were still there."""

    def left() -> list[int]:
        every = list(running())
        return [
            group for group, name in programs.items() if members(group, program=name, among=every)
        ]

    seen = alive = left()
    for group in alive:
        signal_group(group, signal.SIGTERM)
    deadline = time.monotonic() + within_s
    while alive and time.monotonic() < deadline:
        time.sleep(0.05)
        alive = left()
    for group in alive:
        signal_group(group, signal.SIGKILL)
    return seen


def signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says EPERM of zombies
        os.killpg(group, number)


def free_port(preferred: int | None = None, *, and_next: int = 0) -> int:
    """Return the preferred port or one of the next; any free one when none of them is."""
    if preferred:
        for port in range(preferred, preferred + 1 + and_next):
            if is_free(port):
                return port
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        number: int = probe.getsockname()[1]
        return number


def is_free(port: int) -> bool:
    # Two questions: macOS lets 127.0.0.1 in beside a server on every address, and without the
    # option a port that was in use a minute ago would count as taken.
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex((LOOPBACK, port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs before its program so that Linux signals it when we are gone.

    It is for `preexec_fn`: the caller must have a single thread. Elsewhere than on Linux the next
    start finds what was left behind.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def in_the_child() -> None:
        prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return in_the_child


def children(pid: int) -> list[Process]:
    return [p for p in running() if p.parent == pid]


def pids(processes: Iterable[Process]) -> list[int]:
    return sorted(p.pid for p in processes)
