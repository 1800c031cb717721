"""API keys: what other servers call us with."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString

from commerce.identity.api_keys.models import ApiKey
from commerce.identity.api_keys.revoke_api_key import revoke_api_key
from commerce.shared.admin import ActForm, Acting, StaffAdmin, act, label, link, public_id


@admin.register(ApiKey)
class ApiKeyAdmin(StaffAdmin[ApiKey]):
    menu_title = "API keys"
    icon = "vpn_key"
    prefix = "key"
    list_display = ("name", "prefix_shown", "state_shown", "scopes", "last_used_at", "created_at")
    list_select_related = ("created_by",)
    fields = (
        public_id("key"),
        "name",
        "prefix_shown",
        "state_shown",
        "scopes",
        link("created_by"),
        "created_at",
        "last_used_at",
        "revoked_at",
    )

    @admin.display(description="begins with")
    def prefix_shown(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

    @admin.display(description="state")
    def state_shown(self, key: ApiKey) -> SafeString:
        return label("revoked" if key.revoked_at else "active")

    @act(
        "Revoke",
        roles=(),
        asks="Whoever uses the key is locked out at once, and for good.",
        tone="danger",
        applies=lambda key: key.revoked_at is None,
        is_recorded=False,
    )
    def revoke(self, key: ApiKey, form: ActForm, acting: Acting) -> str:
        revoke_api_key(key_id=key.pk, actor=acting.actor, now=acting.now)
        return f"{key.name} opens nothing any more."
