"""What every task gets without asking: a correlation id, log lines, measurements."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from typing import Any

import structlog
from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import Task, signals

from commerce.shared.correlation import correlated, current_correlation_id
from config import counters

log = structlog.get_logger(__name__)

# Celery has a `correlation_id` of its own: the task's id.
HEADER = "commerce_correlation_id"
# They ring all day long; counting them is enough.
UNSAID = frozenset({"shared.note_consumption"})
OUTCOMES = {"SUCCESS": "succeeded", "FAILURE": "failed", "RETRY": "retried", "REJECTED": "rejected"}


# What is under way in this process, by the task's id.
_running: dict[str, tuple[ExitStack, float]] = {}


def observe_tasks() -> None:
    """Connect everything; called once, where the Celery app is made."""
    # A receiver is all it takes to keep Celery's hands off the logs Django has set up.
    signals.setup_logging.connect(_keep_our_logs, weak=False)
    signals.before_task_publish.connect(_send_correlation_id, weak=False)
    signals.task_prerun.connect(_begin, weak=False)
    signals.task_postrun.connect(_end, weak=False)
    signals.task_failure.connect(_count_lost, weak=False)
    signals.worker_init.connect(_serve_metrics, weak=False)


def _keep_our_logs(**_signal: Any) -> None:
    pass


def _send_correlation_id(headers: dict[str, Any], **_signal: Any) -> None:
    headers.setdefault(HEADER, current_correlation_id())


def _begin(task: Task[Any, Any], task_id: str, **_signal: Any) -> None:
    scope = ExitStack()
    scope.enter_context(correlated(getattr(task.request, HEADER, None)))
    scope.enter_context(structlog.contextvars.bound_contextvars(task=task.name, task_id=task_id))
    _running[task_id] = scope, time.perf_counter()


def _end(task: Task[Any, Any], task_id: str, state: str | None = None, **_signal: Any) -> None:
    scope, started = _running.pop(task_id)
    seconds = time.perf_counter() - started
    outcome = OUTCOMES.get(state or "", "failed")
    counters.TASKS.labels(task.name, outcome).inc()
    counters.TASK_SECONDS.labels(task.name, outcome).observe(seconds)
    if task.name not in UNSAID or outcome != "succeeded":
        log.info("task.ended", outcome=outcome, duration_ms=round(seconds * 1000, 1))
    scope.close()


def _count_lost(sender: Task[Any, Any], exception: BaseException, **_signal: Any) -> None:
    """Count what never came to its end: told by the worker's first process, not by the task's."""
    if isinstance(exception, WorkerLostError | TimeLimitExceeded):
        counters.TASKS.labels(sender.name, "lost").inc()
        log.error("task.lost", task=sender.name, error=type(exception).__name__)


def _serve_metrics(**_signal: Any) -> None:
    if port := os.environ.get("METRICS_PORT"):
        counters.serve(int(port))
