"""How Django signs people in to the admin site: with the same check as the API.

Named in settings (AUTHENTICATION_BACKENDS), so no context imports it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from commerce.identity.users.check_credentials import check_credentials
from commerce.identity.users.models import User
from commerce.identity.users.queries import users_with_roles
from commerce.shared import clock
from commerce.shared.errors import CommerceError


class AccountBackend(ModelBackend):
    """Serves the admin site's sign-in form and its sessions."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_credentials: Any,
    ) -> User | None:
        if username is None or password is None:
            return None
        try:
            return check_credentials(email=username, password=password, now=clock.now())
        except CommerceError as refusal:
            # The form shows one sentence for all of them, and asks no further backend.
            raise PermissionDenied from refusal

    def get_user(self, user_id: UUID) -> User | None:
        user = users_with_roles().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
