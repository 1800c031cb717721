"""Make an API key; its secret is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.identity.api_keys.models import ApiKey
from commerce.identity.api_keys.secret import new_secret, prefix_of
from commerce.identity.audit.record_act import record_act
from commerce.shared import ids
from commerce.shared.api.actors import Actor, hash_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiKey:
    row: ApiKey
    secret: str


def create_api_key(*, name: str, scopes: Sequence[str], actor: Actor, now: datetime) -> NewApiKey:
    """Make a key with these scopes. Each call makes another one."""
    assert actor.user_id, "only people make keys"
    secret = new_secret()
    with transaction.atomic(durable=True):
        row = ApiKey.objects.create(
            name=name,
            prefix=prefix_of(secret),
            secret_hash=hash_secret(secret),
            scopes=sorted(set(scopes)),
            created_by_id=actor.user_id,
            created_at=now,
        )
        record_act(
            actor=actor,
            action="identity.api_key.create",
            subject=ids.encode("key", row.pk),
            details={"scopes": row.scopes},
            now=now,
        )
    return NewApiKey(row=row, secret=secret)
