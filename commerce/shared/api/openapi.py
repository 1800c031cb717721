"""How views describe themselves: problems, idempotency keys and limits are added to each."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_lib_doc_excludes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from commerce.shared.api.actors import Anybody, GuestsToo
from commerce.shared.api.serializers import Input, Output, PageOutput, many


def bases_without_description() -> list[type]:
    """What our own bases say is for who writes a shape, not for who reads the description."""
    theirs: list[type] = get_lib_doc_excludes()  # type: ignore[no-untyped-call]  # untyped in the library
    return [*theirs, Input, Output, PageOutput]


class ProblemError(Output):
    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901) to the field.")
    code = serializers.CharField()
    message = serializers.CharField()


class Problem(Output):
    """RFC 9457. Clients branch on `code`; some codes add members that say what to do."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField()
    errors = many(ProblemError)


KEY: Final = OpenApiParameter(
    "Idempotency-Key",
    location=OpenApiParameter.HEADER,
    required=True,
    type={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    description="Your own id of this request; a repeat gets the first answer.",
)
SECRET: Final = OpenApiParameter(
    "Client-Secret",
    location=OpenApiParameter.HEADER,
    description="A guest's key to a checkout and to its order, given when the checkout was started.",
)


class Schema(AutoSchema):
    """Adds to each operation what `shared/api` does to it."""

    def get_override_parameters(self) -> list[Any]:
        is_for_guests = any(isinstance(x, GuestsToo) for x in self.view.get_permissions())
        return [
            *([KEY] if self._needs_key() else []),
            *([SECRET] if is_for_guests else []),
        ]

    def get_auth(self) -> list[dict[str, Any]]:
        """Name the ways to sign in, and `{}` where nobody has to."""
        schemes: list[dict[str, Any]] = super().get_auth()
        return [*schemes, {}] if self._is_open_to_all() else schemes

    def _is_open_to_all(self) -> bool:
        is_reading = self.method in SAFE_METHODS
        return all(
            isinstance(permission, Anybody)
            or (is_reading and getattr(permission, "reads_are_open", False))
            for permission in self.view.get_permissions()
        )

    def get_serializer_name(self, serializer: Any, direction: str) -> str:
        """Name a component for its context and, where it stands inside a view, for the view."""
        kind = type(serializer)
        *views, name = kind.__qualname__.split(".")
        view = views[-1] if views and not name.startswith(views[-1]) else ""
        context = kind.__module__.split(".")[1]
        return f"{'' if context == 'shared' else context.capitalize()}{view}{name}"

    def _get_response_bodies(self, *args: Any, **kwargs: Any) -> Any:
        responses = super()._get_response_bodies(*args, **kwargs)
        for status, meaning in self._problems().items():
            responses.setdefault(str(status), self._problem_response(meaning))
        return responses

    def _problem_response(self, meaning: str) -> dict[str, Any]:
        component = self.resolve_serializer(Problem, "response")
        return {
            "description": meaning,
            "content": {"application/problem+json": {"schema": component.ref}},
        }

    def _problems(self) -> dict[int, str]:
        found = {
            400: "The request cannot be read, or names a query parameter that does not exist.",
            503: "A part of the shop is away; try again.",
        }
        found[401] = "The credentials are missing or no longer valid."
        if not self._is_open_to_all():
            found[403] = "Known, and not allowed."
        if "{" in self.path:
            found[404] = "There is no such thing, or it is somebody else's."
        if self.method in ("POST", "PUT", "PATCH", "DELETE"):
            found |= {
                409: "The state of things does not allow it now.",
                413: "The body is too large.",
                415: "The body is not application/json.",
                422: "Fields are not as they should be.",
            }
        found |= getattr(self.view, "problems", {})
        return found

    def _needs_key(self) -> bool:
        handler = getattr(self.view, self.method.lower(), None)
        return bool(getattr(handler, "requires_idempotency_key", False))
