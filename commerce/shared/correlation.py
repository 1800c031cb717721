"""One id that follows a request through outbox, task and provider call into every log line."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

from commerce.shared.ids import encode, new_id

# What others are told it in.
CORRELATION_HEADER = "X-Correlation-Id"

_correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)


def current_correlation_id() -> str:
    """Give the id of the work under way, or a new one where work begins."""
    return _correlation_id.get() or encode("req", new_id())


@contextmanager
def correlated(correlation_id: str | None = None) -> Iterator[str]:
    """Run a block under an id; log lines inside carry it as `correlation_id`."""
    value = correlation_id or encode("req", new_id())
    token = _correlation_id.set(value)
    with structlog.contextvars.bound_contextvars(correlation_id=value):
        try:
            yield value
        finally:
            _correlation_id.reset(token)
