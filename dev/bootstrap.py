"""Make `.venv` current, then become a command in it: `python -m dev.bootstrap SET [ARGUMENTS]`.

This file and its two helpers run on any python3 >= 3.8 with nothing but its standard library,
because they start before anything is installed. uv then builds the environment, on the best
interpreter this machine has, from the hashed lock of the set (requirements/SET.txt).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from dev import interpreters, uv

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
# Each set contains the one before it, so a larger one that is installed serves a smaller one.
LAYERS = ("base", "local", "test")
# Checks of the image; their pins may contradict the shop's, so they get a place of their own.
SEPARATE = {"ops": TOOLS / "ops"}

STAMP = ".installed.json"


class CannotInstall(Exception):
    """What is missing, and what the reader can do about it."""


def main(arguments: list[str]) -> None:
    wanted = arguments[0] if arguments else "local"
    try:
        python = make_current(wanted)
    except (CannotInstall, uv.UvMissing) as problem:
        sys.exit(f"\n{problem}")
    if arguments[1:]:
        become([str(python), *arguments[1:]])


def become(command: list[str]) -> NoReturn:
    os.chdir(ROOT)
    os.execv(command[0], command)


def make_current(wanted: str) -> Path:
    """Return the interpreter of an environment that holds the set as its lock has it today."""
    venv = SEPARATE.get(wanted, ROOT / ".venv")
    python = venv / "bin" / "python"
    if is_current(venv, wanted) and interpreters.runs(python):
        return python
    with one_at_a_time():
        # Another make may have done the work while this one waited.
        if not (is_current(venv, wanted) and interpreters.runs(python)):
            install(venv, larger(wanted, installed_sets(venv)))
    return python


def install(venv: Path, wanted: str) -> None:
    command = uv.find(TOOLS) or uv.install(TOOLS, interpreters.find() or Path(sys.executable))
    python = venv / "bin" / "python"
    if not interpreters.runs(python):
        interpreter = interpreters.find() or download_interpreter(command)
        say(f"Creating {venv.relative_to(ROOT)} with {interpreter}")
        shutil.rmtree(str(venv), ignore_errors=True)
        call([command, "venv", "--quiet", "--no-project", "--python", interpreter, venv])
    say(f"Installing requirements/{wanted}.txt")
    started = time.monotonic()
    # Compiled here once, and not by eight processes at the same time when the shop is opened.
    sync = [command, "pip", "sync", "--compile-bytecode", "--require-hashes"]
    call([*sync, "--python", python, lock_of(wanted)])
    say(f"Installed in {time.monotonic() - started:.1f} s")
    remember(venv, wanted)


def download_interpreter(command: Path) -> Path:
    say("No Python 3.12 to 3.14 on this machine; asking uv to download 3.13")
    folder = TOOLS / "python"
    uv.run([command, "python", "install", "--install-dir", folder, "3.13"], tools=TOOLS)
    for path in folder.glob("cpython-3.13*/bin/python3.13"):
        found = interpreters.suitable(path)
        if found:
            return found
    raise CannotInstall(
        "No Python 3.12, 3.13 or 3.14 was found, and none could be downloaded.\n"
        "Install one of them (apt-get install python3.13, brew install python@3.13,\n"
        "pyenv install 3.13, uv python install 3.13) and make again,\n"
        "or name one: make run PYTHON=/path/to/python3.13"
    )


# What is installed.


def is_current(venv: Path, wanted: str) -> bool:
    return installed_sets(venv).get(wanted) == digest(wanted)


def installed_sets(venv: Path) -> dict[str, str]:
    try:
        sets: dict[str, str] = json.loads((venv / STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return sets


def remember(venv: Path, wanted: str) -> None:
    inner = LAYERS[: LAYERS.index(wanted) + 1] if wanted in LAYERS else (wanted,)
    new = venv / (STAMP + ".new")
    new.write_text(json.dumps({name: digest(name) for name in inner}))
    new.replace(venv / STAMP)


def larger(wanted: str, installed: dict[str, str]) -> str:
    """Keep what is there already: `make run` takes nothing away from `make test`."""
    if wanted not in LAYERS:
        return wanted
    return max([wanted, *(name for name in installed if name in LAYERS)], key=LAYERS.index)


def lock_of(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def digest(name: str) -> str:
    return hashlib.sha256(lock_of(name).read_bytes()).hexdigest()


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another make is installing; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def call(command: list[object]) -> None:
    """Run uv; show its phases, keep its list of packages for a failure."""
    lines = []
    with subprocess.Popen(
        [str(part) for part in command],
        env=uv.surroundings(TOOLS),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout
        for raw in process.stdout:
            lines.append(raw.decode(errors="replace").rstrip())
            if not lines[-1].startswith(" "):
                say(lines[-1])
    if process.returncode != 0:
        raise CannotInstall("\n".join([*lines[-20:], f"failed: {' '.join(map(str, command))}"]))


def say(text: str) -> None:
    print(f"  {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
