"""What every process counts, and how the counts of many processes come together.

Web servers and workers are many processes. With PROMETHEUS_MULTIPROC_DIR set to a folder that is
emptied at every start, each writes its counts there and any one of them answers for all that
share the folder; without it, a process tells its own. A worker has no web server: with
METRICS_PORT set, its first process opens one for the counts alone.
"""

from __future__ import annotations

import os

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    multiprocess,
    start_http_server,
)
from prometheus_client.registry import REGISTRY

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)

REQUESTS = Counter(
    "commerce_http_requests_total", "Requests answered.", ["method", "route", "status"]
)
REQUEST_SECONDS = Histogram(
    "commerce_http_request_seconds", "Time to answer.", ["method", "route"], buckets=SECONDS
)
TASKS = Counter("commerce_tasks_total", "Tasks that came to an end.", ["task", "outcome"])
TASK_SECONDS = Histogram(
    "commerce_task_seconds", "Time a task took.", ["task", "outcome"], buckets=SECONDS
)


def new_registry() -> CollectorRegistry:
    """Give the counts of every process that shares the folder, or of this one."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped in the library
    else:
        registry.register(REGISTRY)
    return registry


def serve(port: int) -> None:
    """Open a port for a process without a web server."""
    start_http_server(port, registry=new_registry())
