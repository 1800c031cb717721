"""Make the demo shop's member of staff, and print how to sign in as them."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from commerce.identity.models import User
from commerce.identity.roles.role import Role
from commerce.identity.users.issue_token import issue_token
from commerce.identity.users.queries import user_of_token
from commerce.shared import clock

EMAIL = "staff@example.com"


class Command(BaseCommand):
    """Safe to repeat: the password and the token are kept beside the demo's other state."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENV.is_production:
            raise CommandError("There is no demo staff in production: use createsuperuser.")
        path = Path(settings.ENV.local_dir) / "staff.json"
        known = json.loads(path.read_text()) if path.exists() else {}
        login = {"email": EMAIL, "password": known.get("password") or secrets.token_urlsafe(12)}

        user = _staff_user(login["password"])
        login["token"] = _token_of(user, known.get("token"))
        _keep(path, login)
        self.stdout.write(json.dumps(login))


@transaction.atomic(durable=True)
def _staff_user(password: str) -> User:
    user = User.objects.with_email(EMAIL).first() or User(email=EMAIL, name="Demo Staff")
    user.is_active = user.is_staff = user.is_superuser = True
    # Setting the same password again would end every session that is open.
    if not user.check_password(password):
        user.set_password(password)
    user.save()
    user.groups.set(Group.objects.filter(name=Role.ADMIN))
    return user


def _token_of(user: User, known: str | None) -> str:
    now = clock.now()
    holder = user_of_token(known, now=now) if known else None
    return known if known and holder == user else issue_token(user=user, now=now).token


def _keep(path: Path, login: dict[str, str]) -> None:
    """Write the file so that nobody else can read it at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(login, file)
    draft.replace(path)
