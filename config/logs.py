"""Logs: one JSON object a line on stdout, from structlog and the standard library alike."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, Final

import orjson
import structlog

from commerce.shared import clock
from commerce.shared.scrubbing import scrub

# They say what our own lines say better, or say it for every heartbeat.
QUIET = {
    "celery.app.trace": "ERROR",
    "celery.worker.strategy": "WARNING",
    "celery.beat": "WARNING",
    "django.request": "ERROR",
    "stripe": "WARNING",
}


_LINE: Final = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z


def configure(level: str) -> None:
    """Take over every logger of the process."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Last, so that nothing is added after it.
                _scrub,
                structlog.processors.JSONRenderer(serializer=_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    for name, quiet_level in QUIET.items():
        logging.getLogger(name).setLevel(quiet_level)
    for name in ("django", "django.server"):
        # Django gives these handlers of their own; there is one way out.
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True


def write_line(logger: str, event: str, **facts: str | float) -> None:
    """Write a line of level info straight away, for what happens a thousand times a second.

    Only for facts of our own making: nobody looks through them for what must not be seen.
    """
    if not logging.getLogger(logger).isEnabledFor(logging.INFO):
        return
    line = {
        "event": event,
        **facts,
        "level": "info",
        "logger": logger,
        "timestamp": clock.now(),
    }
    # A log that cannot be written costs no answer, as with Python's own handlers.
    with suppress(OSError):
        # The handler leaves nothing behind in Python's buffers, and one write is one whole line.
        os.write(sys.stdout.fileno(), orjson.dumps(line, option=_LINE))


def _scrub(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    scrubbed: dict[str, Any] = scrub(event)
    return scrubbed


def _json(event: dict[str, Any], **_options: object) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
