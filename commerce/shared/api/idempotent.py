"""`@idempotent(records)` on a `post`: a key is required, and a repeat gets the first answer."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.shared import clock, idempotency
from commerce.shared.api.actors import owner_key
from commerce.shared.api.parsing import JSONRenderer
from commerce.shared.api.problems import Malformed, handle, is_about_the_request, is_definite
from commerce.shared.idempotency import Claim, IdempotencyRecordBase, Replay

KEY_LENGTH_MAX = 255


class IdempotencyKeyRequired(Malformed):
    default_code = "idempotency_key_required"
    default_detail = "This moves money or stock: send an Idempotency-Key of your own."


def idempotent(
    records: type[IdempotencyRecordBase],
) -> Callable[[Callable[..., Response]], Callable[..., HttpResponse]]:
    """Guard a method of a view. Inside, `request.reference` is the same for every try of a key."""

    def decorate(post: Callable[..., Response]) -> Callable[..., HttpResponse]:
        @functools.wraps(post)
        def guarded(view: Any, request: Request, **path: Any) -> HttpResponse:
            claimed = idempotency.claim(
                records,
                owner=owner_key(request),
                endpoint=f"{request.method} {request.path}",
                key=_key_of(request),
                fingerprint=idempotency.fingerprint_of(
                    orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS)
                ),
                now=clock.now(),
            )
            if isinstance(claimed, Replay):
                return _replayed(claimed)
            request.reference = claimed.reference  # type: ignore[attr-defined]  # ours, for the view
            return _first(records, claimed, lambda: post(view, request, **path))

        guarded.requires_idempotency_key = True  # type: ignore[attr-defined]  # read by the OpenAPI description
        return guarded

    return decorate


def _first(
    records: type[IdempotencyRecordBase], claimed: Claim, run: Callable[[], Response]
) -> HttpResponse:
    try:
        response = run()
    except Exception as failure:
        _note(records, claimed, failure)
        raise
    _keep(records, claimed, response)
    return response


def _note(records: type[IdempotencyRecordBase], claimed: Claim, failure: Exception) -> None:
    """Keep a definite refusal, free the key of a bad body, and leave all else to be tried again."""
    if is_definite(failure):
        answer = handle(failure, {})
        assert answer is not None
        _keep(records, claimed, answer)
    elif is_about_the_request(failure):
        idempotency.release(records, claimed)
    else:
        idempotency.abandon(records, claimed, now=clock.now())


def _keep(records: type[IdempotencyRecordBase], claimed: Claim, response: Response) -> None:
    body = JSONRenderer().render(response.data)
    idempotency.finish(records, claimed, status=response.status_code, body=body)


def _replayed(replay: Replay) -> HttpResponse:
    media_type = "application/problem+json" if replay.status >= 400 else "application/json"
    return HttpResponse(
        replay.body,
        status=replay.status,
        content_type=media_type,
        headers={"Idempotent-Replayed": "true"},
    )


def _key_of(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        raise IdempotencyKeyRequired
    if len(key) > KEY_LENGTH_MAX or not key.isprintable():
        raise Malformed(f"An Idempotency-Key has at most {KEY_LENGTH_MAX} printable characters.")
    return key
