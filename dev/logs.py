"""One log a process, kept short enough to read and long enough to understand."""

import os
import shutil
from pathlib import Path

LIMIT_BYTES = 10_000_000
KEPT = 2


def rotate(log: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
    """Put a long log aside. Its writer appends, so it goes on at the start of the emptied file."""
    if not log.exists() or log.stat().st_size < limit_bytes:
        return
    for number in range(KEPT, 1, -1):
        older = log.with_suffix(f".log.{number - 1}")
        if older.exists():
            older.replace(log.with_suffix(f".log.{number}"))
    shutil.copy2(log, log.with_suffix(".log.1"))
    os.truncate(log, 0)


def last_lines(log: Path, count: int = 20) -> str:
    if not log.exists():
        return f"It left no log at {log}."
    lines = log.read_text(errors="replace").splitlines()[-count:]
    return "\n".join([f"The end of {log}:", *lines])
