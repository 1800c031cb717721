"""What identity gives: frozen, plain, without a model behind it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSummary:
    """A person with an account, as other contexts may know them."""

    user_id: UUID
    email: str
    name: str
    is_staff: bool
    roles: frozenset[str]
