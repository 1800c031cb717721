"""Reads that are the same for everybody, answered without the machinery that finds out who asks.

DRF's view costs more than finding a document does. Where there is nothing to find out, there are
no credentials and JSON is welcome, the same function answers directly; in every other case the view
answers, with its authentication, permissions and negotiation. Refusals are the same problems either
way.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from commerce.shared.api.parsing import JSONRenderer
from commerce.shared.api.problems import handle

Answer = Callable[..., HttpResponse]

_JSON_IS_WELCOME = ("", "*/*", "application/json")


def open_read(view: Answer, read: Answer) -> Answer:
    """Give the view of an address whose GET is open to all.

    `path("products", open_read(Products.as_view(), read_list))`: `read_list` takes Django's own
    request, and the parts of the address.
    """

    @functools.wraps(view)  # the description of the API finds the view behind it
    def answer(request: HttpRequest, *args: Any, **path: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or not is_anonymous(request):
            return view(request, *args, **path)
        if request.META.get("HTTP_ACCEPT", "") not in _JSON_IS_WELCOME:
            return view(request, *args, **path)
        try:
            return read(request, *args, **path)
        except Exception as failure:
            refusal = handle(failure, {})
            if refusal is None:
                raise
            return HttpResponse(
                JSONRenderer().render(refusal.data),
                status=refusal.status_code,
                headers=dict(refusal.items()) | {"Content-Type": refusal.content_type},
            )

    return answer


def is_anonymous(request: HttpRequest) -> bool:
    """Tell that nobody can be found behind the request: neither a token, nor a key, nor a session."""
    return (
        "HTTP_AUTHORIZATION" not in request.META
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )
