"""Fields of identity's bodies, and how its rows look from outside."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commerce.identity.api_keys.models import ApiKey
from commerce.identity.users.models import User
from commerce.identity.users.queries import roles_of
from commerce.shared import ids
from commerce.shared.api.serializers import Output, StrictCharField


class EmailField(serializers.EmailField):
    """An address as RFC 5321 limits it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class PasswordField(StrictCharField):
    """A password exactly as it was typed; the upper limit keeps hashing cheap."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, max_length=128, write_only=True, **kwargs)


@extend_schema_field({"type": "array", "items": {"type": "string"}, "maxItems": 20})
class ScopesField(serializers.ListField):
    """What a key may do: `orders:read`, `usage:write`. The contexts own the words."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.RegexField(r"^[a-z][a-z_]{0,39}:(read|write)$", max_length=50)
        super().__init__(child=child, min_length=1, max_length=20, **kwargs)


class Me(Output):
    id = serializers.CharField()
    email = serializers.CharField()
    name = serializers.CharField()
    is_staff = serializers.BooleanField()
    roles = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()


class ApiKeyOutput(Output):
    id = serializers.CharField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="The beginning of the key, to recognize it by.")
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    revoked_at = serializers.DateTimeField(allow_null=True)


def render_user(user: User) -> dict[str, Any]:
    return {
        "id": ids.encode("usr", user.pk),
        "email": user.email,
        "name": user.name,
        "is_staff": user.is_staff,
        "roles": sorted(roles_of(user)),
        "created_at": user.date_joined,
    }


def render_api_key(key: ApiKey) -> dict[str, Any]:
    return {
        "id": ids.encode("key", key.pk),
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
    }
