"""The acts of identity's pages."""

from __future__ import annotations

from commerce.identity.models import ApiKey, User
from tests.context.admin.cases import Case, one

CASES = [
    Case(
        on=User,
        act="assign_roles",
        roles=set(),
        calls="commerce.identity.admin.users.assign_roles",
        row=one(User),
        data=lambda _: {"roles": ["warehouse"]},
        wants=lambda user: {"user_id": user.pk, "roles": ["warehouse"]},
        is_recorded=False,
    ),
    Case(
        on=User,
        act="send_password_reset",
        roles={"support"},
        calls="commerce.identity.admin.users.request_password_reset",
        row=one(User),
        wants=lambda user: {"email": user.email},
    ),
    Case(
        on=ApiKey,
        act="revoke",
        roles=set(),
        calls="commerce.identity.admin.api_keys.revoke_api_key",
        row=one(ApiKey),
        wants=lambda key: {"key_id": key.pk},
        is_recorded=False,
    ),
]
