"""Fulfilment's idempotency keys: the answer a request got is the answer its repeats get."""

from commerce.shared.idempotency import IdempotencyRecordBase


class IdempotencyRecord(IdempotencyRecordBase):
    class Meta(IdempotencyRecordBase.Meta):
        pass
