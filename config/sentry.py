"""Sentry hears what nobody expected, from web, workers and commands, without personal data."""

from __future__ import annotations

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.transport import Transport
from sentry_sdk.types import Event, Hint

from commerce.shared.correlation import current_correlation_id
from commerce.shared.errors import CommerceError
from commerce.shared.scrubbing import scrub


def configure(dsn: str | None, *, environment: str, transport: Transport | None = None) -> None:
    """Start reporting; without a DSN nothing is ever sent."""
    if dsn is None:
        return
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        transport=transport,
        integrations=[
            DjangoIntegration(middleware_spans=False, signals_spans=False),
            CeleryIntegration(),
        ],
        # A refusal is an answer, not an accident.
        ignore_errors=[CommerceError],
        before_send=_without_personal_data,
        before_breadcrumb=lambda crumb, _hint: scrub(crumb),
        # Variables and bodies are where personal data lives; the trace and the ids are enough.
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0.0,
    )


def _without_personal_data(event: Event, _hint: Hint) -> Event:
    event.setdefault("tags", {})["correlation_id"] = current_correlation_id()
    request: dict[str, Any] = event.get("request", {})
    for part in ("data", "cookies", "query_string", "env"):
        request.pop(part, None)
    event.pop("user", None)
    scrubbed: Event = scrub(event)
    # What Sentry itself is called, and Python: names, and nobody's.
    if "sdk" in event:
        scrubbed["sdk"] = event["sdk"]
    if runtime := event.get("contexts", {}).get("runtime"):
        scrubbed["contexts"]["runtime"] = runtime
    return scrubbed
