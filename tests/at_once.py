"""Many callers at once, each thread with a database connection of its own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from typing import Any

from django.db import connection

# As many as a few web workers have together.
THREADS = 32


def at_once(acts: Iterable[Callable[[], Any]]) -> Counter[str]:
    """Run everything side by side, and count the outcomes: "done", or the name of the error."""
    todo: SimpleQueue[Callable[[], Any]] = SimpleQueue()
    for act in acts:
        todo.put(act)
    outcomes: list[str] = []
    everyone_is_ready = threading.Barrier(THREADS)

    def work() -> None:
        try:
            connection.ensure_connection()
            everyone_is_ready.wait(timeout=30)
            while True:
                outcomes.append(_outcome_of(todo.get_nowait()))
        except Empty:
            return
        finally:
            # Or the test database cannot be dropped.
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def _outcome_of(act: Callable[[], Any]) -> str:
    try:
        act()
    except Exception as failure:  # noqa: BLE001 - every outcome is counted, none is hidden
        return type(failure).__name__
    return "done"
