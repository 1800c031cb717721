"""`@receives(Message)`: a typed function becomes a Celery task that hears a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from celery import shared_task

from commerce.shared.correlation import correlated
from commerce.shared.messages import Message
from commerce.shared.outbox import confirm, report_failure

# Task name → message it understands; ROUTES is checked against this.
RECEIVERS: dict[str, type[Message]] = {}


def receives[M: Message](
    message_type: type[M],
) -> Callable[[Callable[[M], None]], Callable[[M], None]]:
    """Register `commerce.<context>.inbox.<function>` as the task `<context>.<function>`.

    Delivery is at least once and order is best effort: the use case behind must be idempotent by
    a natural key. A failure is kept on the message, which is sent again later.
    """

    def register(function: Callable[[M], None]) -> Callable[[M], None]:
        context = function.__module__.split(".")[1]
        task_name = f"{context}.{function.__name__}"

        def receive(
            *,
            message_id: str,
            outbox: str,
            payload: Mapping[str, Any],
            correlation_id: str,
            **_newer_release_may_send_more: object,
        ) -> None:
            with correlated(correlation_id):
                try:
                    function(message_type.from_payload(payload))
                except Exception as failure:
                    report_failure(outbox=outbox, message_id=UUID(message_id), error=repr(failure))
                    raise
                confirm(outbox=outbox, message_id=UUID(message_id), receiver=task_name)

        receive.__doc__ = function.__doc__
        shared_task(name=task_name)(receive)
        RECEIVERS[task_name] = message_type
        return function

    return register
