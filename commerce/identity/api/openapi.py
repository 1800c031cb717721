"""How the OpenAPI description names our way of authenticating; loaded by apps.py."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class AuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped metaclass
    target_class = "commerce.identity.interface.authentication.Authentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token from /v1/auth/login, or an API key.",
        }
