"""Where the servers keep their data, and as whom they run.

PostgreSQL refuses to run as root. Started by root, both servers run as `nobody`; when that account
cannot reach this checkout (a home with mode 0700, say), data and programs live in a private folder
elsewhere. The shop remembers it, so that the next start finds the same data.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.state import State

# A folder that survives a restart of the machine, if root may write there; else a long-lived one.
ELSEWHERE = ("/var/lib", "/var/tmp")  # noqa: S108 - only as the parent of mkdtemp
MARK = ".made-by-commerce-dev"  # only folders with this file in them are ever removed


class PlaceError(RuntimeError):
    """A server cannot be run here; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of the servers' own, and the account that they run as."""

    folder: Path
    user: str | None

    def sub(self, name: str, *, empty: bool = False) -> Path:
        """Return a folder in here that belongs to the servers' account."""
        path = self.folder / name
        if empty and path.exists():
            shutil.rmtree(path)
        path.mkdir(mode=0o700, exist_ok=True)
        self.give(path)
        return path

    def write(self, path: Path, text: str) -> None:
        """Write a file that only the servers' account can read."""
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(text)
        self.give(path)

    def give(self, path: Path) -> None:
        if self.user:
            account = pwd.getpwnam(self.user)
            os.chown(path, account.pw_uid, account.pw_gid)

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a command as the servers' account and return what it said."""
        return subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=SERVER_ENVIRONMENT,
            **as_user(self.user),
        )

    def can_run(self, program: Path) -> bool:
        try:
            return self.run([program, "--version"]).returncode == 0
        except OSError:
            return False

    def program(self, source: Path, *, within: Sequence[Path]) -> Path:
        """Return a path of a program from a wheel that the servers' account can run.

        `within` are the folders that have to stay side by side for it to find its libraries.
        """
        if self.can_run(source):
            return source
        copies = self.folder / "programs"
        copy = copies / source.relative_to(within[0].parent)
        if not self.can_run(copy):
            for folder in within:
                shutil.rmtree(copies / folder.name, ignore_errors=True)
                shutil.copytree(folder, copies / folder.name)
            copies.chmod(0o755)
        if not self.can_run(copy):
            raise PlaceError(
                f"{source.name} does not run on this machine:\n{self.run([copy, '--version']).stderr}"
            )
        return copy


# No locale and no variable of the caller's changes how a server sorts, speaks or listens.
SERVER_ENVIRONMENT: Mapping[str, str] = {
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C",
    "TZ": "UTC",
    "HOME": "/",
}


def as_user(user: str | None) -> dict[str, Any]:
    """Return what subprocess needs to give up root on the way into a program."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def find_place(state: State, *, throw_away: bool = False) -> Place:
    """Return the place of this shop, made on the first call."""
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        try:
            pwd.getpwnam(user)
        except KeyError:
            raise PlaceError(
                "PostgreSQL does not run as root, and this machine has no account 'nobody'.\n"
                "Run as another user, or set DATABASE_URL and REDIS_URL to servers of your own."
            ) from None
    recorded = state.get("place")
    if recorded and Path(recorded, MARK).exists():
        return Place(Path(recorded), user)
    place = Place(state.folder / "servers", user)
    place.folder.mkdir(mode=0o711, exist_ok=True)
    if user and not _reaches(place):
        place.folder.rmdir()
        place = Place(_elsewhere(throw_away=throw_away), user)
        place.folder.chmod(0o711)
    (place.folder / MARK).touch()
    state.put("place", str(place.folder))
    return place


def remove_place(state: State) -> None:
    recorded = state.get("place")
    if recorded and Path(recorded, MARK).exists():
        shutil.rmtree(recorded)


def _reaches(place: Place) -> bool:
    probe = place.sub("probe")
    try:
        return place.run(["/bin/sh", "-c", 'test -w "$0"', probe]).returncode == 0
    finally:
        probe.rmdir()


def _elsewhere(*, throw_away: bool) -> Path:
    if not throw_away:
        for parent in ELSEWHERE if sys.platform != "darwin" else ELSEWHERE[1:]:
            if os.access(parent, os.W_OK):
                return Path(tempfile.mkdtemp(prefix="commerce-", dir=parent))
    return Path(tempfile.mkdtemp(prefix="commerce-"))
