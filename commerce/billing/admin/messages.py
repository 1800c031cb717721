"""What billing tells others, and the requests whose answers it keeps."""

from __future__ import annotations

from django.contrib import admin

from commerce.billing.idempotency import IdempotencyRecord
from commerce.billing.outbox import OutboxMessage
from commerce.shared.admin.tables import IdempotencyAdmin, OutboxAdmin


@admin.register(OutboxMessage)
class OutboxMessageAdmin(OutboxAdmin):
    pass


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(IdempotencyAdmin):
    menu_title = "Idempotency keys of billing"
