"""The roles of staff. Each is a Django group, so that the admin site and the API agree."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db import models


class Role(models.TextChoices):
    ADMIN = "admin"
    SUPPORT = "support"
    WAREHOUSE = "warehouse"
    FINANCE = "finance"
    CATALOG = "catalog"


def create_roles(**_signal: Any) -> None:
    """Make every role's group exist. Runs after each `migrate`, so a new role needs no migration."""
    Group.objects.bulk_create([Group(name=role) for role in Role], ignore_conflicts=True)
