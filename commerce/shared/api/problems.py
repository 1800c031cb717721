"""Errors as RFC 9457 problems. The only place that knows which refusal is which HTTP status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from commerce.shared import errors
from commerce.shared.codec import to_plain
from commerce.shared.correlation import current_correlation_id
from commerce.shared.ids import InvalidId

log = structlog.get_logger(__name__)

STATUS_OF: Mapping[type[errors.CommerceError], int] = {
    errors.Unauthenticated: 401,
    errors.Declined: 402,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.Rejected: 422,
    errors.Throttled: 429,
    errors.Unavailable: 503,
}

# Definite answers that a repeat with the same key must get again, unless they say when to come
# back. A validation failure is not among them: nothing happened, and the client may correct the
# body under the same key.
DEFINITE = frozenset({402, 409})


class Malformed(exceptions.APIException):
    """The request cannot be read at all."""

    status_code = 400
    default_code = "malformed"
    default_detail = "The request cannot be read."


class BodyTooLarge(exceptions.APIException):
    status_code = 413
    default_code = "body_too_large"
    default_detail = "The body is larger than this endpoint accepts."


class PreconditionRequired(exceptions.APIException):
    status_code = 428
    default_code = "if_match_required"
    default_detail = "Send the ETag you read in If-Match, so that nobody's change is lost."


def problem(
    status: int, code: str, detail: str, *, members: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """Build the body: `code` is what clients branch on, `detail` is for people."""
    return {
        "type": f"urn:commerce:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": current_correlation_id(),
        "errors": [],
        **{name: to_plain(value) for name, value in (members or {}).items()},
    }


def status_of(error: errors.CommerceError) -> int:
    status = _known_status(error)
    if status is None:
        raise TypeError(f"{type(error).__name__} is no kind of refusal that HTTP has a status for")
    return status


def is_definite(failure: Exception) -> bool:
    """Tell whether asking again will get the same answer for good."""
    if not isinstance(failure, errors.CommerceError) or _retry_after_s(failure):
        return False
    return _known_status(failure) in DEFINITE


def is_about_the_request(failure: Exception) -> bool:
    """Tell whether it was refused for what it says, before anything happened."""
    if isinstance(failure, errors.CommerceError):
        status = _known_status(failure)
        return status is not None and status not in DEFINITE and status < 500
    return isinstance(failure, exceptions.ValidationError)


def handle(exception: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer an exception of a view (REST_FRAMEWORK's EXCEPTION_HANDLER); unknown ones rise."""
    match exception:
        case errors.CommerceError():
            status = status_of(exception)
            body = problem(status, exception.code, str(exception), members=exception.details())
            return _response(body, _headers_of(exception))
        case InvalidId() | Http404():
            return _response(problem(404, "not_found", "There is no such thing here."))
        case PermissionDenied():
            return _response(problem(403, "forbidden", "This is not allowed for you."))
        case RequestDataTooBig():
            return _response(problem(413, "body_too_large", BodyTooLarge.default_detail))
        case exceptions.ValidationError():
            return _response(_validation_problem(exception))
        case exceptions.APIException():
            return _api_problem(exception)
        case OperationalError() | InterfaceError():
            # The database is away or restarting; what was asked can be asked again.
            log.warning("shared.database.unavailable", error=str(exception))
            body = problem(503, "unavailable", "A part of the shop is restarting. Try again.")
            return _response(body, {"Retry-After": "2"})
    return None


def plain_404(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Answer an address that no view owns."""
    return _plain(404, "not_found", "There is nothing at this address.")


def plain_400(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    if isinstance(exception, RequestDataTooBig):
        return _plain(413, "body_too_large", BodyTooLarge.default_detail)
    assert exception is None or isinstance(exception, SuspiciousOperation)
    return _plain(400, "malformed", "The request cannot be read.")


def plain_500(request: HttpRequest) -> JsonResponse:
    return _plain(500, "internal_error", "Something broke on our side; it has been reported.")


def _plain(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse(
        problem(status, code, detail), status=status, content_type="application/problem+json"
    )


def _response(body: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        body,
        status=body["status"],
        headers=dict(headers or {}),
        content_type="application/problem+json",
    )


def _headers_of(error: errors.CommerceError) -> dict[str, str]:
    headers: dict[str, str] = {}
    if limit := getattr(error, "_rate_limit", None):
        headers |= limit.headers()
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if seconds := _retry_after_s(error):
        headers["Retry-After"] = str(seconds)
    return headers


def _known_status(error: errors.CommerceError) -> int | None:
    return next((STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF), None)


def _retry_after_s(error: errors.CommerceError) -> int | None:
    seconds: int | None = getattr(error, "retry_after_s", getattr(error, "_retry_after_s", None))
    return seconds


def _api_problem(exception: exceptions.APIException) -> Response:
    code = exception.get_codes()
    match exception:
        case exceptions.ParseError():
            code = "malformed"
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            # 401 always: DRF answers 403 where a scheme has no challenge of its own.
            exception.status_code = 401
    headers = {}
    if wait := getattr(exception, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if challenge := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    return _response(problem(exception.status_code, str(code), str(exception.detail)), headers)


def _validation_problem(exception: exceptions.ValidationError) -> dict[str, Any]:
    body = problem(422, "validation_failed", "Some fields are not as they should be.")
    body["errors"] = list(_flatten(exception.get_full_details(), ""))
    return body


def _flatten(details: Any, pointer: str) -> Iterator[dict[str, str]]:
    if isinstance(details, Mapping):
        if set(details) == {"message", "code"} and isinstance(details["message"], str):
            yield {
                "pointer": pointer,
                "code": str(details["code"]),
                "message": str(details["message"]),
            }
            return
        for name, inner in details.items():
            suffix = "" if name == "non_field_errors" else f"/{_escaped(str(name))}"
            yield from _flatten(inner, pointer + suffix)
        return
    for i, inner in enumerate(details):
        # A list of problems of one field, or one entry for each item of a list that was sent.
        is_problem = isinstance(inner, Mapping) and set(inner) == {"message", "code"}
        yield from _flatten(inner, pointer if is_problem else f"{pointer}/{i}")


def _escaped(name: str) -> str:
    """Escape one step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
