"""The admin site as it stands at /admin/: identity says who is looking, and keeps the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from commerce.identity.audit.models import AuditEntry
from commerce.identity.interface import services as identity
from commerce.identity.interface.authentication import actor_of_user
from commerce.identity.users.change_password import change_password
from commerce.identity.users.models import User
from commerce.shared.admin.forms import OwnPasswordForm
from commerce.shared.admin.site import StaffSite
from commerce.shared.api.actors import ANONYMOUS, Actor
from config.admin_menu import MENU


class PasswordForm(OwnPasswordForm):
    user: User

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        new = self.cleaned_data["new_password1"]
        self.user = change_password(user_id=self.user.pk, password=new)
        return self.user


class Site(StaffSite):
    groups = MENU
    password_change_form = PasswordForm

    def actor_of(self, request: HttpRequest) -> Actor:
        return actor_of_user(request.user) if isinstance(request.user, User) else ANONYMOUS

    def record_act(
        self,
        *,
        actor: Actor,
        action: str,
        subject: str,
        details: Mapping[str, object],
        now: datetime,
    ) -> None:
        identity.record_act(actor=actor, action=action, subject=subject, details=details, now=now)

    def trail_of(self, request: HttpRequest, subject: str) -> str | None:
        if not self.get_model_admin(AuditEntry).has_view_permission(request):
            return None
        trail = reverse(f"{self.name}:identity_auditentry_changelist")
        return f"{trail}?{urlencode({'q': subject})}"


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """Name this site's sidebar for settings.UNFOLD."""
    return cast("Site", admin.site).menu(request)


def environment(request: HttpRequest) -> tuple[str, str]:
    """Say on every page which shop this is; nobody should take the real one for another."""
    mode = settings.ENV.mode
    return mode.capitalize(), "danger" if settings.ENV.is_production else "info"
