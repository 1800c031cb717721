"""What one private shop keeps between its starts: ports, passwords, where its data lies.

A checkout's own shop lives in `.local/`; COMMERCE_LOCAL_DIR names another place, so that tests can
start a second shop beside a running one.
"""

import contextlib
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent


def local_folder() -> Path:
    return (CHECKOUT / os.environ.get("COMMERCE_LOCAL_DIR", ".local")).resolve()


class State:
    """Two small files: `state.json` outlives a stop, `run.json` says what is running now."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.run_file = folder / "run.json"
        self._file = folder / "state.json"

    def create(self) -> None:
        # Others may pass through to what they own (the servers, when root starts them), not look.
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.logs.mkdir(mode=0o700, exist_ok=True)

    def get(self, key: str) -> Any:
        return read_json(self._file).get(key)

    def put(self, key: str, value: object) -> None:
        write_json(self._file, {**read_json(self._file), key: value})

    def secret(self, name: str) -> str:
        """Return a random word that stays the same for the life of this shop."""
        # Hexadecimal is also base64, which is how webhook secrets are written, and fits into a URL.
        word = self.get(f"secret.{name}") or secrets.token_hex(24)
        self.put(f"secret.{name}", word)
        return str(word)

    def running(self) -> dict[str, Any]:
        """Return what the supervisor last said of itself; empty when the shop was stopped."""
        return read_json(self.run_file)


def read_json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return content


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Replace a file in one step, readable for its owner only: readers see the old or the new."""
    handle, new = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # made with mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
        Path(new).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(new).unlink()
        raise
