"""What can go wrong with a request, each with its status and a stable code (RFC 9457)."""

from collections.abc import Mapping, Sequence
from typing import Any


class Problem(Exception):
    """A request that is refused; it has changed nothing."""

    status = 400
    code = "bad_request"
    title = "Bad request"

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail, self.errors, self.headers = detail, errors, headers or {}

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        return body | {"errors": list(self.errors)} if self.errors else body


class MalformedJson(Problem):
    code = "malformed_json"
    title = "The body is not a JSON object"


class InvalidTrackingNumber(Problem):
    code = "invalid_tracking_number"
    title = "The check digit of the tracking number is wrong"


class Unauthorized(Problem):
    status = 401
    code = "unauthorized"
    title = "An API key is needed"


class NotFound(Problem):
    status = 404
    code = "not_found"
    title = "There is nothing here"


class MethodNotAllowed(Problem):
    status = 405
    code = "method_not_allowed"
    title = "This address does not answer to this method"


class ReferenceReused(Problem):
    status = 409
    code = "reference_reused"
    title = "The reference belongs to a different shipment"


class NotCancelable(Problem):
    status = 409
    code = "not_cancelable"
    title = "The parcel is already under way"


class NotPossibleNow(Problem):
    status = 409
    code = "not_possible_now"
    title = "The parcel cannot get there from where it is"


class LengthRequired(Problem):
    status = 411
    code = "length_required"
    title = "A body needs a Content-Length"


class BodyTooLarge(Problem):
    status = 413
    code = "body_too_large"
    title = "The body is too large"


class Invalid(Problem):
    status = 422
    code = "invalid"
    title = "Some fields are invalid"


class NotServed(Problem):
    status = 422
    code = "not_served"
    title = "The carrier does not go there"


class TooHeavy(Problem):
    status = 422
    code = "too_heavy"
    title = "The parcel is too heavy"


class InternalFailure(Problem):
    status = 500
    code = "internal"
    title = "The carrier failed"
