"""Find uv, or put it into `.tools` with whatever this machine has: pip, or pip's own wheel.

Runs on Python 3.8, see dev/bootstrap.py.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

from dev import interpreters

UV = "uv==0.13.8"
# For a Python without pip, such as Debian's without python3-venv: the last pip for 3.8, a wheel of
# pure Python that runs from its archive. The hash makes it unimportant who hands it over.
PIP_WHEEL = "pip-25.0.1-py3-none-any.whl"
PIP_SHA256 = "c46efd13b6aa8279f33f2864459c8ce587ea6a1a59ee20de055868d8f7688f7f"

SYSTEM_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
)


class UvMissing(Exception):
    """uv is not here and could not be fetched; the message says what to do."""


def find(tools: Path) -> Path | None:
    folders = [
        tools / "bin",
        *interpreters.folders_of_commands(),
        *interpreters.in_homes(".cargo/bin"),
    ]
    for path in [folder / "uv" for folder in folders]:
        if os.access(str(path), os.X_OK) and run([path, "--version"], tools=tools, quiet=True):
            return path
    return None


def install(tools: Path, python: Path) -> Path:
    print(f"  Installing {UV} into {tools.name}", flush=True)
    arguments = ["install", "--quiet", "--target", tools, UV]
    for pip in ([python, "-m", "pip"], [Path(sys.executable), "-m", "pip"]):
        if run([*pip, "--version"], tools=tools, quiet=True) and run(
            [*pip, *arguments], tools=tools
        ):
            break
    else:
        with tempfile.TemporaryDirectory() as folder:
            run([python, fetch_pip(Path(folder)) / "pip", *arguments], tools=tools)
    uv = find(tools)
    if not uv:
        raise UvMissing(
            "uv could not be installed from the package index. Is it reachable (lines above)?\n"
            "Or install uv yourself: https://docs.astral.sh/uv/getting-started/installation/"
        )
    return uv


def fetch_pip(folder: Path) -> Path:
    """Download pip's wheel from the package index; refuse any other content than the known one."""
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
    try:
        page = _read(index).decode()
        link = re.search(f'href="([^"]*{re.escape(PIP_WHEEL)}[^"]*)"', page)
        if not link:
            raise UvMissing(f"{index} does not list {PIP_WHEEL}. Install uv, or python3-venv.")
        wheel = _read(urllib.parse.urljoin(index, link.group(1)))
    except (OSError, ValueError) as problem:
        raise UvMissing(
            f"This Python has no pip, and none could be downloaded: {problem}\n"
            "Install one of: uv, python3-venv, python3-pip."
        ) from problem
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        raise UvMissing(f"{index} offered a {PIP_WHEEL} with an unexpected hash.")
    path = folder / PIP_WHEEL
    path.write_bytes(wheel)
    return path


def run(command: list[object], *, tools: Path, quiet: bool = False) -> bool:
    """Return whether a command could be run and succeeded."""
    output = subprocess.DEVNULL if quiet else None
    try:
        return (
            subprocess.run(
                [str(part) for part in command],
                check=False,
                env=surroundings(tools),
                stdout=output,
                stderr=output,
            ).returncode
            == 0
        )
    except OSError:
        return False


def surroundings(tools: Path) -> dict[str, str]:
    """Return the environment for uv and pip; what their user set wins over what we prefer."""
    env = {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",  # it goes into this checkout and not into the system
        "UV_NO_PROGRESS": "1",
    }
    if sys.platform == "darwin" or any(Path(path).exists() for path in SYSTEM_CERTIFICATES):
        # An office proxy's certificate is known to the machine, and not to uv's built-in list.
        env.update(UV_SYSTEM_CERTS="true", UV_NATIVE_TLS="true")
    if not any(os.access(str(home), os.W_OK) for home in interpreters.named("HOME")):
        env["UV_CACHE_DIR"] = str(tools / "cache")
    env.update(os.environ, PIP_REQUIRE_VIRTUALENV="0")
    env.pop("VIRTUAL_ENV", None)
    return env


def _read(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - the index's scheme
        content: bytes = answer.read()
        return content
