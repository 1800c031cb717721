"""Around every request: an id that follows the work, one log line, one measurement."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from commerce.shared.api.actors import Actor, describe
from commerce.shared.correlation import correlated
from config.counters import REQUEST_SECONDS, REQUESTS

log = structlog.get_logger(__name__)

# Anybody can make methods up; measurements have room for these.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# A client's id goes into logs, rows and headers: letters, digits and a few marks.
ID_MARKS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")

Handler = Callable[[HttpRequest], HttpResponse]


def usable_id(given: str) -> str | None:
    return given if 8 <= len(given) <= 64 and not set(given) - ID_MARKS else None


def count(*, method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method, route, status).inc()
    REQUEST_SECONDS.labels(method, route).observe(seconds)


class CorrelationMiddleware:
    """Gives each request an id, taken from `X-Request-Id` where the client sent one of its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with correlated(usable_id(request.headers.get("X-Request-Id", ""))) as correlation_id:
            response = self.get_response(request)
        response["X-Request-Id"] = correlation_id
        return response


class AccessMiddleware:
    """One log line and one measurement for each request: where, how, how long, who. Ids only."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started

        # The pattern, never the address: few values, and nothing a client could make up.
        match = request.resolver_match
        route = match.route if match else "none"
        method = request.method if request.method in METHODS else "other"
        count(method=method, route=route, status=response.status_code, seconds=seconds)

        actor = getattr(request, "auth", None)
        log.info(
            "http.request",
            method=method,
            route=route,
            status=response.status_code,
            duration_ms=round(seconds * 1000, 1),
            **(describe(actor) if isinstance(actor, Actor) else {}),
        )
        return response
