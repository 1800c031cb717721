"""Who may use what, until when."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString

from commerce.fulfilment.entitlements.models import Entitlement
from commerce.fulfilment.entitlements.revoke_entitlement import revoke_entitlement
from commerce.shared import clock
from commerce.shared.admin import (
    ActForm,
    Acting,
    StaffAdmin,
    act,
    belonging_to,
    exact,
    label,
    public_id,
    reference,
)

HOLDER = reference("holder_id", "identity.User", "usr")


def _is_open(entitlement: Entitlement) -> bool:
    now = clock.now()
    begun, end = entitlement.valid_from, entitlement.valid_until
    return begun is not None and begun <= now and (end is None or end > now)


@admin.register(Entitlement)
class EntitlementAdmin(StaffAdmin[Entitlement]):
    roles = ("support",)
    icon = "verified_user"
    prefix = "ent"
    find_by = (exact("reference"), belonging_to("holder_id", "usr"))
    search_help_text = "Reference, usr_… or ent_…"
    list_display = (public_id("ent"), "feature", HOLDER, "state", "valid_from", "valid_until")
    fields = (
        public_id("ent"),
        "feature",
        HOLDER,
        "state",
        "valid_from",
        "valid_until",
        "granted_from",
        "revoked_at",
        "reference",
    )

    def state(self, entitlement: Entitlement) -> SafeString:
        return label("active" if _is_open(entitlement) else "over")

    @act(
        "Revoke",
        roles=("support",),
        asks="The right ends now. What pays for it goes on: cancel the subscription as well.",
        tone="danger",
        applies=_is_open,
    )
    def revoke(self, entitlement: Entitlement, form: ActForm, acting: Acting) -> str:
        revoke_entitlement(reference=entitlement.reference, revoked_at=acting.now)
        return f"{entitlement.feature} is closed to its holder."
