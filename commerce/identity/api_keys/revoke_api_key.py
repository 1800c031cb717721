"""End an API key, from this moment on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.identity.api_keys.models import ApiKey
from commerce.identity.audit.record_act import record_act
from commerce.shared import ids
from commerce.shared.api.actors import Actor
from commerce.shared.errors import NotFound


def revoke_api_key(*, key_id: UUID, actor: Actor, now: datetime) -> ApiKey:
    """Revoke a key; one that is revoked already keeps its time.

    Raises:
        NotFound: there is no such key.
    """
    with transaction.atomic(durable=True):
        key = ApiKey.objects.select_for_update(no_key=True).filter(pk=key_id).first()
        if key is None:
            raise NotFound
        if key.revoked_at is not None:
            return key
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        record_act(
            actor=actor,
            action="identity.api_key.revoke",
            subject=ids.encode("key", key.pk),
            details={},
            now=now,
        )
    return key
