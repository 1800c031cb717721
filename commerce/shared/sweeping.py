"""Sweeping: many rows one after the other, of which none may stand in the way of the others."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from celery.exceptions import SoftTimeLimitExceeded

log = structlog.get_logger(__name__)


def outcome_of[T](act: Callable[[], T]) -> T | Exception:
    """Do it, and give what it gave, or what it failed on.

    The end of the task's own time is nobody's failure: it rises, and the next bell goes on.
    """
    try:
        return act()
    except SoftTimeLimitExceeded:
        raise
    except Exception as failure:  # noqa: BLE001 - the caller gets it, and has to look at it
        return failure


def goes_well(act: Callable[[], object], *, event: str, **ids: str) -> bool:
    """Do it, and tell whether it went well; what it failed on is told to Sentry as `event`."""
    outcome = outcome_of(act)
    if isinstance(outcome, Exception):
        log.error(event, **ids, exc_info=outcome)
    return not isinstance(outcome, Exception)
