"""Reads of the audit trail: what was done to objects, the latest first."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from commerce.identity.api_keys.models import ApiKey
from commerce.identity.audit.models import AuditEntry
from commerce.identity.interface.dto import Act
from commerce.identity.users.models import User


def acts_on(subjects: Collection[str], *, limit: int) -> list[Act]:
    """Give what was done to any of these objects; three statements, however much it is."""
    entries = list(AuditEntry.objects.filter(subject__in=subjects).order_by("-id")[:limit])
    ids = {entry.actor_id for entry in entries if entry.actor_id}
    names: dict[UUID | None, str] = dict(
        User.objects.filter(pk__in=ids).order_by().values_list("pk", "email")
    )
    names |= dict(ApiKey.objects.filter(pk__in=ids).order_by().values_list("pk", "name"))
    return [
        Act(
            at=entry.at,
            actor=names.get(entry.actor_id, entry.actor_kind),
            action=entry.action,
            subject=entry.subject,
            details=entry.details,
        )
        for entry in entries
    ]
