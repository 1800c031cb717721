"""The audit trail: who did what to which object."""

from __future__ import annotations

from django.contrib import admin

from commerce.identity.audit.models import AuditEntry
from commerce.shared.admin import StaffAdmin, belonging_to, exact, json_of, reference, subject

ACTOR = reference("actor_id", "identity.User", "usr", title="actor")


@admin.register(AuditEntry)
class AuditEntryAdmin(StaffAdmin[AuditEntry]):
    roles = ("support", "finance")
    menu_title = "Audit trail"
    icon = "history_edu"
    find_by = (exact("subject"), belonging_to("actor_id", "usr"), belonging_to("actor_id", "key"))
    search_help_text = "What was acted upon (ord_…), or by whom (usr_…)"
    list_display = ("at", "action", subject(), ACTOR)
    fields = (
        "at",
        "action",
        subject(),
        "actor_kind",
        ACTOR,
        json_of("details"),
        "correlation_id",
    )
