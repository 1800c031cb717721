"""Write into the audit trail who did what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from commerce.identity.audit.models import AuditEntry
from commerce.shared.api.actors import Actor
from commerce.shared.codec import to_plain
from commerce.shared.correlation import current_correlation_id


def record_act(
    *, actor: Actor, action: str, subject: str, details: Mapping[str, object], now: datetime
) -> None:
    """Add one entry; inside a transaction it stands or falls with the act itself."""
    AuditEntry.objects.create(
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.user_id or actor.key_id,
        action=action,
        subject=subject,
        details=to_plain(details),
        correlation_id=current_correlation_id(),
    )
