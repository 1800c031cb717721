"""Billing's way out: messages leave in the transaction that causes them."""

from commerce.shared.outbox import OutboxMessageBase, publisher


class OutboxMessage(OutboxMessageBase):
    class Meta(OutboxMessageBase.Meta):
        pass


publish = publisher(OutboxMessage)
