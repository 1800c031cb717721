"""What probes ask: /healthz (the process), /readyz (what it needs), /metrics (the figures).

Answered before everything else: a probe comes to a pod's own address, without a host name we
know, and must cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST
from redis.backoff import NoBackoff
from redis.retry import Retry

from commerce.shared.api.actors import same_secret
from config import metrics

log = structlog.get_logger(__name__)

BROKER_ANSWERS_WITHIN_S = 1.0

Handler = Callable[[HttpRequest], HttpResponse]


class ProbeMiddleware:
    """Answers the three addresses; everything else goes on."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.probes: Mapping[str, Handler] = {
            "/healthz": healthz,
            "/readyz": readyz,
            "/metrics": show_metrics,
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = self.probes.get(request.path)
        if probe is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        return probe(request)


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at, or a slow database would restart it."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all that a request may need is there, else 503 naming what is not."""
    parts = {"database": _database(), "broker": _broker()}
    parts["migrations"] = _migrations() if parts["database"] == "ok" else "unknown"
    is_ready = all(state == "ok" for state in parts.values())
    if not is_ready:
        log.warning("health.not_ready", **parts)
    return JsonResponse(
        {"status": "ok" if is_ready else "unavailable", "parts": parts},
        status=200 if is_ready else 503,
    )


def show_metrics(request: HttpRequest) -> HttpResponse:
    """Open on a developer's machine; in production only to who knows METRICS_TOKEN."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token is None and settings.ENV.is_production:
        return HttpResponse("Set METRICS_TOKEN to open this.", status=403)
    if token is not None and not same_secret(given, token):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(metrics.render(), content_type=CONTENT_TYPE_LATEST)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        connection.close()
        return "away"
    return "ok"


def _broker() -> str:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=BROKER_ANSWERS_WITHIN_S,
            socket_connect_timeout=BROKER_ANSWERS_WITHIN_S,
            retry=Retry(NoBackoff(), retries=0),
        ) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return "away"
    return "ok"


class _Migrations:
    """Once nothing is missing, nothing will be: migrations are not taken back under a process."""

    all_applied = False


def _migrations() -> str:
    if not _Migrations.all_applied:
        written = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
        applied = MigrationRecorder(connection).applied_migrations()
        _Migrations.all_applied = written.keys() <= applied.keys()
    return "ok" if _Migrations.all_applied else "pending"
