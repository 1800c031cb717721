"""How Django finds an account: by e-mail without regard to case, and with its roles at hand."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.backends import ModelBackend

from commerce.identity.users.models import User
from commerce.identity.users.queries import users_with_roles


class AccountBackend(ModelBackend):
    """Serves the admin site's sign-in and its sessions."""

    def get_user(self, user_id: UUID) -> User | None:
        user = users_with_roles().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
