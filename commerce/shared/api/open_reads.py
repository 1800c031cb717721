"""Reads that are the same for everybody, answered without the machinery that finds out who asks.

DRF's view costs more than finding a document does. Where there is nothing to find out, there are
no credentials and JSON is welcome, the same function answers directly; in every other case the view
answers, with its authentication, permissions and negotiation. Refusals are the same problems either
way. In a web server `config/open_door.py` answers before Django's own machinery begins.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from commerce.shared.api.etags import names_tag
from commerce.shared.api.parsing import JSONRenderer
from commerce.shared.api.problems import handle

# Whoever has signed in may be shown what others are not.
OWN_CACHING: Final = "private, no-cache"


class Found(NamedTuple):
    """JSON to be sent, its ETag, and how long everybody may keep it."""

    body: bytes
    tag: str
    caching: str

    def is_known(self, if_none_match: str) -> bool:
        """Tell whether the caller has it: then 304 says all there is to say."""
        return names_tag(if_none_match, self.tag)


type Answer = Callable[..., HttpResponse]
type Read = Callable[..., Found]
"""Takes the query, and the parts of the address by name."""


class OpenRead:
    """The view of an address whose GET is open to all; `read` is what finds the answer.

    `path("products", OpenRead(Products.as_view(), read_list))`
    """

    def __init__(self, view: Answer, read: Read) -> None:
        functools.update_wrapper(self, view)  # the description of the API finds the view behind it
        self.read = read
        self._view = view

    def __call__(self, request: HttpRequest, *args: Any, **path: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or not is_anonymous(request):
            return self._view(request, *args, **path)
        if not welcomes_json(request.META):
            return self._view(request, *args, **path)
        try:
            return answer_with(self.read(request.GET, *args, **path), request)
        except Exception as failure:
            refusal = handle(failure, {})
            if refusal is None:
                raise
            return HttpResponse(
                JSONRenderer().render(refusal.data),
                status=refusal.status_code,
                headers=dict(refusal.items()) | {"Content-Type": refusal.content_type},
            )


def answer_with(found: Found, request: HttpRequest) -> HttpResponse:
    """Send what was found, or only that it is still what the caller has."""
    caching = found.caching if is_anonymous(request) else OWN_CACHING
    headers = {"Cache-Control": caching, "ETag": found.tag}
    if found.is_known(request.META.get("HTTP_IF_NONE_MATCH", "")):
        return HttpResponse(status=304, content_type="application/json", headers=headers)
    return HttpResponse(found.body, content_type="application/json", headers=headers)


def welcomes_json(headers: Mapping[str, Any]) -> bool:
    """Tell that there is nothing to negotiate."""
    return headers.get("HTTP_ACCEPT", "") in ("", "*/*", "application/json")


def is_anonymous(request: HttpRequest) -> bool:
    """Tell that nobody can be found behind the request: neither a token, nor a key, nor a session."""
    return (
        "HTTP_AUTHORIZATION" not in request.META
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )
