"""Sweeping: many rows one after the other, of which none may stand in the way of the others."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from celery.exceptions import SoftTimeLimitExceeded

log = structlog.get_logger(__name__)


def goes_well(act: Callable[[], object], *, event: str, **ids: str) -> bool:
    """Do it, and tell whether it went well; what it failed on is told to Sentry as `event`.

    The end of the task's own time is nobody's failure: it rises, and the next bell goes on.
    """
    try:
        act()
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        log.exception(event, **ids)
        return False
    return True
