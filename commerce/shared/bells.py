"""Wake a worker for a row that has just been written. Only a bell: a sweeper finds the row too."""

from __future__ import annotations

import structlog
from celery import current_app
from kombu.exceptions import OperationalError as BrokerError

log = structlog.get_logger(__name__)


def ring(task: str, **kwargs: str) -> None:
    """Ask for a task to run now. A broker that is away costs the time until the next sweep."""
    try:
        current_app.send_task(
            task,
            kwargs=kwargs,
            # Once more at once: the first try after a pause may meet a dead connection.
            retry=True,
            retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0},
        )
    except (BrokerError, OSError) as failure:
        log.warning("shared.bell.not_rung", task=task, error=repr(failure))
