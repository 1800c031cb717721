"""What identity gives: frozen, plain, without a model behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSummary:
    """A person with an account, as other contexts may know them."""

    user_id: UUID
    email: str
    name: str
    is_staff: bool
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody did to an object, as it stands in the audit trail."""

    at: datetime
    actor: str
    """The address of a person, the name of a key; else the kind of who it was."""
    action: str
    subject: str
    details: Mapping[str, Any]
