"""Identity, as the rest of the company sees it.

Import as `from commerce.identity.interface import services as identity`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from commerce.identity.audit.queries import acts_on as _acts_on
from commerce.identity.audit.record_act import record_act as _record_act
from commerce.identity.interface.dto import Act, UserSummary
from commerce.identity.users.queries import find_user as _find_user
from commerce.shared.api.actors import Actor
from commerce.shared.db import published

__all__ = ["Act", "UserSummary", "acts_on", "find_user", "record_act"]


@published
def find_user(*, user_id: UUID) -> UserSummary | None:
    """Give the account, or None where there is none (any more)."""
    return _find_user(user_id=user_id)


@published
def acts_on(*, subjects: Collection[str], limit: int) -> list[Act]:
    """Give what was done to any of these objects, named by their public ids; the latest first."""
    return _acts_on(subjects, limit=limit)


@published
def record_act(
    *,
    actor: Actor,
    action: str,
    subject: str,
    details: Mapping[str, object] | None = None,
    now: datetime,
) -> None:
    """Write into the audit trail who did what to which object.

    `action="billing.order.cancel"`, `subject="ord_…"`; `details` holds ids and amounts only,
    never personal values.
    """
    _record_act(actor=actor, action=action, subject=subject, details=details or {}, now=now)
