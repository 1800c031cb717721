"""The sample's way out."""

from commerce.shared.outbox import OutboxMessageBase, publisher


class OutboxMessage(OutboxMessageBase):
    class Meta(OutboxMessageBase.Meta):
        app_label = "sample"


publish = publisher(OutboxMessage)
