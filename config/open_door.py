"""Open reads, answered before Django begins: what shops do all day costs a third this way.

Django's request, its middleware, its resolver and its response cost more than the read. So the GETs
that are open to all (`commerce/shared/api/open_reads.py`) are answered here, when nothing about the
request is unusual. Whatever is, and every refusal and failure, goes to Django, which answers from
the beginning: it alone decides what is said then.

Django's middleware is not repeated here but asked: what it does to an empty answer at the same host
and scheme is done to every answer there. Ids, log lines and measurements are as in
config/middleware.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import structlog
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string

from commerce.shared.api.open_reads import Found, OpenRead, Read, welcomes_json
from commerce.shared.api.problems import handle
from commerce.shared.correlation import correlated
from commerce.shared.scrubbing import scrub_text
from config.logs import write_line
from config.middleware import count, usable_id

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

# Their work is done here, or is not about reads.
_NOT_ASKED: Final = frozenset(
    {
        "config.health.ProbeMiddleware",
        "config.middleware.CorrelationMiddleware",
        "config.middleware.AccessMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
    }
)
log = structlog.get_logger(__name__)

_LOGGER: Final = "config.middleware"
_NO_QUERY: Final = QueryDict()

type Environ = dict[str, Any]
type Headers = list[tuple[str, str]]


class _Address(NamedTuple):
    """An address with an open read, as Django's resolver knows it."""

    prefix: str
    pattern: URLPattern
    read: Read

    @property
    def route(self) -> str:
        return f"{self.prefix}{self.pattern.pattern}"


class OpenDoor:
    """A WSGI application before another one."""

    def __init__(self, application: WSGIApplication) -> None:
        self._behind = application
        self._addresses = list(_open_addresses(get_resolver().url_patterns, ""))
        # Hosts are few; who makes some up shall not fill the memory.
        self._headers = lru_cache(maxsize=64)(_headers)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return self._answer(environ, start_response) or self._behind(environ, start_response)

    def _answer(self, environ: Environ, start_response: StartResponse) -> list[bytes] | None:
        """Answer, or say nothing where Django is to."""
        began = time.perf_counter()
        if not _is_plain(environ):
            return None
        address, parts = self._resolve(environ["PATH_INFO"])
        if address is None:
            return None
        always = self._headers(
            environ["HTTP_HOST"],
            environ["wsgi.url_scheme"],
            environ.get("HTTP_X_FORWARDED_PROTO", ""),
        )
        if always is None:
            return None

        given = usable_id(environ.get("HTTP_X_REQUEST_ID", ""))
        with correlated(given) as correlation_id:
            try:
                found = _found(address.read, environ.get("QUERY_STRING", ""), parts)
            except Exception as failure:
                # Django comes to it again, and answers. What is no refusal is told here as well:
                # it might be this door's alone, and only cost time.
                if handle(failure, {}) is None:
                    log.exception("http.open_door.failed", route=address.route)
                return None
        is_known = found.is_known(environ.get("HTTP_IF_NONE_MATCH", ""))
        body = b"" if is_known else found.body
        headers = [
            ("Content-Type", "application/json"),
            ("Cache-Control", found.caching),
            ("ETag", found.tag),
            *always,
            ("X-Request-Id", correlation_id),
        ]
        if not is_known:
            headers.append(("Content-Length", str(len(body))))
        start_response("304 Not Modified" if is_known else "200 OK", headers)

        seconds, status = time.perf_counter() - began, 304 if is_known else 200
        count(method="GET", route=address.route, status=status, seconds=seconds)
        write_line(
            _LOGGER,
            "http.request",
            method="GET",
            route=address.route,
            status=status,
            duration_ms=round(seconds * 1000, 1),
            # All other facts are ours.
            correlation_id=scrub_text(given) if given else correlation_id,
        )
        return [body]

    def _resolve(self, path: str) -> tuple[_Address | None, dict[str, Any]]:
        for address in self._addresses:
            if path.startswith(address.prefix, 1):
                match = address.pattern.pattern.match(path[1 + len(address.prefix) :])
                if match:
                    return address, match[2]
        return None, {}


def _is_plain(environ: Mapping[str, Any]) -> bool:
    """Tell that nobody has to be found behind the request, and nothing to be negotiated."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ["SCRIPT_NAME"]
        and "HTTP_HOST" in environ
        and environ["PATH_INFO"].isascii()
        and "HTTP_AUTHORIZATION" not in environ
        and settings.SESSION_COOKIE_NAME not in environ.get("HTTP_COOKIE", "")
        and welcomes_json(environ)
    )


def _found(read: Read, query: str, parts: Mapping[str, Any]) -> Found:
    connection.close_if_unusable_or_obsolete()  # as Django does where a request begins
    return read(QueryDict(query.encode("iso-8859-1")) if query else _NO_QUERY, **parts)


def _open_addresses(entries: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[_Address]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from _open_addresses(entry.url_patterns, f"{prefix}{entry.pattern}")
        elif isinstance(entry.callback, OpenRead):
            yield _Address(prefix, entry, entry.callback.read)


def _headers(host: str, scheme: str, forwarded_scheme: str) -> Headers | None:
    """Ask the middleware what belongs to every answer; None where it answers by itself."""

    def nothing(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(content_type="application/json")

    handler: Callable[[HttpRequest], Any] = nothing
    for path in reversed(settings.MIDDLEWARE):
        if path not in _NOT_ASKED:
            handler = convert_exception_to_response(import_string(path)(handler))
    environ: Environ = {"REQUEST_METHOD": "GET", "wsgi.input": BytesIO(), "wsgi.url_scheme": scheme}
    environ["HTTP_HOST"] = host
    if forwarded_scheme:
        environ["HTTP_X_FORWARDED_PROTO"] = forwarded_scheme
    answer: HttpResponseBase = handler(WSGIRequest(environ))
    if answer.status_code != nothing(HttpRequest()).status_code:
        return None
    return [x for x in answer.items() if x[0] not in ("Content-Type", "Content-Length")]
