"""What the shop tells about itself, set up once in every process: JSON logs and Sentry.

Beside it: config/middleware.py (requests), config/observed_tasks.py (tasks), config/counters.py
and config/metrics.py (figures), config/health.py (probes), commerce/shared/scrubbing.py (what is left out).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config import logs, sentry


def configure(options: Mapping[str, Any]) -> None:
    """Answer Django's LOGGING_CONFIG: called with LOGGING before anything else runs."""
    logs.configure(options["level"])
    sentry.configure(options["sentry_dsn"], environment=options["environment"])
