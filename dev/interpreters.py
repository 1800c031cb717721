"""Find an interpreter that the shop can run on, wherever this machine keeps its Pythons.

Runs on Python 3.8, see dev/bootstrap.py. Nothing is believed before it was run: a shim may be on
PATH and refuse, a build may lack a module.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

OLDEST, TOO_NEW = (3, 12), (3, 15)
# Where wheels exist for everything first; the newest and the oldest supported after it.
PREFERRED = ("3.13", "3.14", "3.12")

PROBE = (
    "import sys, sysconfig, ssl, sqlite3, venv;"
    "print(sys.version_info[0], sys.version_info[1],"
    " sysconfig.get_config_var('Py_GIL_DISABLED') or 0, sys.executable)"
)
BREWS = ("/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew")


def find() -> Path | None:
    """Return the best interpreter that really runs, or None."""
    asked_for = os.environ.get("PYTHON")
    if asked_for:
        found = suitable(Path(shutil.which(asked_for) or asked_for))
        if found:
            return found
        print(f"  PYTHON={asked_for} is not a Python 3.12 to 3.14 that runs; looking further")
    tried = set()
    for path in candidates():
        if path not in tried and os.access(str(path), os.X_OK):
            tried.add(path)
            found = suitable(path)
            if found:
                return found
    return None


def suitable(path: Path) -> Path | None:
    """Return the real interpreter behind a path if the shop can run on it."""
    try:
        answer = subprocess.run(
            [str(path), "-c", PROBE],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
        ).stdout.decode()
        major, minor, without_gil, executable = answer.strip().split(" ", 3)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    fits = OLDEST <= (int(major), int(minor)) < TOO_NEW
    # A build without the interpreter lock has no wheels for half of what is needed.
    return Path(executable) if fits and without_gil == "0" else None


def runs(python: Path) -> bool:
    code = f"import sys; sys.exit(not {OLDEST} <= sys.version_info < {TOO_NEW})"
    try:
        command = [str(python), "-c", code]
        return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def candidates() -> Iterator[Path]:
    """Yield paths that may be an interpreter, the preferred version first wherever it lives."""
    for version in PREFERRED:
        for folder in folders_of_commands():
            yield folder / f"python{version}"
        for pattern in folders_of_versions(version):
            found = Path("/").glob(f"{str(pattern)[1:]}/bin/python{version}")
            yield from sorted(found, key=by_number, reverse=True)
    yield Path(sys.executable)
    for folder in folders_of_commands():
        yield folder / "python3"


def folders_of_commands() -> Iterator[Path]:
    yield from folders_on_path()
    for home in homes():
        yield home / ".local" / "bin"
    for brew in BREWS:
        yield Path(brew, "bin")
    yield Path("/usr/bin")


def folders_of_versions(version: str) -> Iterator[Path]:
    """Yield where version managers keep a version, as patterns."""
    for pyenv in [*named("PYENV_ROOT"), *roots_of_shims(), *in_homes(".pyenv")]:
        yield pyenv / "versions" / f"{version}.*"
    for uv in [*named("UV_PYTHON_INSTALL_DIR"), *in_data_homes("uv/python")]:
        yield uv / f"cpython-{version}.*"
    for mise in [*named("MISE_DATA_DIR"), *in_data_homes("mise")]:
        yield mise / "installs" / "python" / f"{version}*"
    for asdf in [*named("ASDF_DATA_DIR"), *in_homes(".asdf")]:
        yield asdf / "installs" / "python" / f"{version}.*"
    for brew in BREWS:
        yield Path(brew, "opt", f"python@{version}")
    yield Path("/Library/Frameworks/Python.framework/Versions", version)
    yield Path("/opt/python", f"{version}*")


def roots_of_shims() -> Iterator[Path]:
    """Yield what a pyenv or asdf on PATH calls home, also when HOME is another one today."""
    for folder in folders_on_path():
        if folder.name == "shims":
            yield folder.parent
            # A plugin's shims lie deeper: <root>/plugins/<name>/shims.
            yield folder.parent.parent.parent
    pyenv = shutil.which("pyenv")
    if pyenv:
        answer = subprocess.run([pyenv, "root"], check=False, stdout=subprocess.PIPE)
        yield Path("/", answer.stdout.decode().strip())


def folders_on_path() -> list[Path]:
    folders = map(Path, os.environ.get("PATH", "").split(os.pathsep))
    return [folder for folder in folders if folder.is_absolute()]


def homes() -> Iterator[Path]:
    """Yield HOME and the home of the account: they differ under sudo and in clean rooms."""
    yield from named("HOME")
    try:
        yield Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return  # a container's number without a name


def named(variable: str) -> list[Path]:
    folder = Path(os.environ.get(variable, ""))
    return [folder] if folder.is_absolute() else []


def in_homes(part: str) -> Iterator[Path]:
    for home in homes():
        yield home / part


def in_data_homes(part: str) -> Iterator[Path]:
    for home in [*named("XDG_DATA_HOME"), *in_homes(".local/share")]:
        yield home / part


def by_number(path: Path) -> list[int]:
    """Sort 3.13.10 after 3.13.9."""
    return [int(number) for number in re.findall(r"\d+", str(path))]
