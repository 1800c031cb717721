"""What catalog tells others."""

from __future__ import annotations

from django.contrib import admin

from commerce.catalog.outbox import OutboxMessage
from commerce.shared.admin.tables import OutboxAdmin


@admin.register(OutboxMessage)
class OutboxMessageAdmin(OutboxAdmin):
    pass
