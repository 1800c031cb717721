"""Refusals, worded and coded as Stripe words and codes them.

https://docs.stripe.com/api/errors and https://docs.stripe.com/error-codes
"""

from typing import Any

type Body = dict[str, Any]

DOC_URL = "https://docs.stripe.com/error-codes/"


class ApiError(Exception):
    """A request is refused. What it had changed so far is undone."""

    status = 400
    type = "invalid_request_error"
    keeps_effects = False
    is_saved_under_key = True

    def __init__(self, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.message, self.code, self.param = message, code, param

    def details(self) -> Body:
        """Whatever an error says beyond its code, parameter and message."""
        return {}

    def body(self) -> Body:
        error: Body = {"message": self.message, "type": self.type}
        if self.code:
            error |= {"code": self.code, "doc_url": DOC_URL + self.code.replace("_", "-")}
        if self.param:
            error["param"] = self.param
        return {"error": error | self.details()}


class InvalidParameters(ApiError):
    """The request does not fit the parameters of its endpoint; it never started to execute."""

    is_saved_under_key = False


class NotSimulated(InvalidParameters):
    """Stripe would take this; the sandbox says so instead of passing over it in silence."""

    def __init__(self, *, param: str) -> None:
        super().__init__(
            f"The sandbox does not simulate `{param}`; Stripe itself would.", param=param
        )


class NotAuthenticated(ApiError):
    status = 401
    is_saved_under_key = False


class UnknownUrl(ApiError):
    status = 404
    is_saved_under_key = False

    def __init__(self, *, method: str, path: str) -> None:
        super().__init__(
            f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs"
            " or we can help at https://support.stripe.com/."
        )


class NoSuchObject(ApiError):
    """Named in the address: 404. Named in a parameter: 400."""

    def __init__(self, *, noun: str, object_id: str, param: str, in_address: bool) -> None:
        super().__init__(f"No such {noun}: '{object_id}'", code="resource_missing", param=param)
        self.status = 404 if in_address else 400


class WrongState(ApiError):
    """The intent is not in a state that allows this. Stripe shows the intent in the error."""

    def __init__(self, message: str, *, intent: Body) -> None:
        super().__init__(message, code=f"{intent['object']}_unexpected_state")
        self.intent = intent

    def details(self) -> Body:
        return {self.intent["object"]: self.intent}


class CardError(ApiError):
    """The bank said no. The failed attempt is a fact and stays."""

    status = 402
    type = "card_error"
    keeps_effects = True

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        decline_code: str | None = None,
        param: str | None = None,
        **about: Any,
    ) -> None:
        super().__init__(message, code=code, param=param)
        self.decline_code, self.about = decline_code, about

    def details(self) -> Body:
        decline = {"decline_code": self.decline_code} if self.decline_code else {}
        return decline | self.about


class KeyReused(ApiError):
    """An idempotency key came back with another request than its first."""

    type = "idempotency_error"
    is_saved_under_key = False


class KeyInUse(ApiError):
    """The first request with this idempotency key has not finished yet."""

    status = 409
    type = "idempotency_error"
    is_saved_under_key = False

    def __init__(self, *, key: str) -> None:
        super().__init__(
            "There is currently another in-progress request using this Idempotent Key"
            f" (that probably means you submitted twice, and the other request is still going"
            f" through): {key}. If your request fails, try again later.",
            code="idempotency_key_in_use",
        )


class TooManyRequests(ApiError):
    status = 429
    is_saved_under_key = False

    def __init__(self) -> None:
        super().__init__(
            "Request rate limit exceeded. Learn more at https://stripe.com/docs/rate-limits.",
            code="rate_limit",
        )


class LockTimeout(ApiError):
    """Another request holds the object. Stripe answers this with 429, too."""

    status = 429
    is_saved_under_key = False

    def __init__(self) -> None:
        super().__init__(
            "This object cannot be accessed right now because another API request or Stripe"
            " process is currently accessing it.",
            code="lock_timeout",
        )


class ServerTrouble(ApiError):
    """Something broke on Stripe's side; whether the request took effect is not said."""

    status = 500
    type = "api_error"

    def __init__(self, message: str = "An unknown error occurred") -> None:
        super().__init__(message)
