"""A carrier in memory: it sells labels, takes them back, and fails on command."""

from __future__ import annotations

from dataclasses import dataclass, field

from commerce.fulfilment.carriers.gateway import (
    CarrierRefused,
    CarrierUnavailable,
    Label,
    LabelOrder,
)

SERVICES = ("standard", "express")


@dataclass(kw_only=True)
class FakeCarrier:
    """Stateful: `labels` is what was sold under which reference."""

    labels: dict[str, Label] = field(default_factory=dict)
    orders: dict[str, LabelOrder] = field(default_factory=dict)
    given_back: set[str] = field(default_factory=set)
    on_the_way: set[str] = field(default_factory=set)
    is_silent: bool = False
    loses_answers: int = 0
    """So many purchases are carried out, but their answers do not arrive."""

    def buy_label(self, order: LabelOrder) -> Label:
        if self.is_silent:
            raise CarrierUnavailable
        if order.service not in SERVICES:
            raise CarrierRefused(carrier_code="invalid", explanation="no such service")
        if self.orders.setdefault(order.reference, order) != order:
            raise CarrierRefused(carrier_code="reference_reused", explanation="another parcel")
        if order.reference in self.given_back:
            raise CarrierRefused(carrier_code="canceled", explanation="given back")
        label = self.labels.setdefault(
            order.reference,
            Label(
                carrier="sandbox",
                tracking_number=f"{len(self.labels) + 1:018}",
                format="zpl",
                data="^XA^XZ",
            ),
        )
        if self.loses_answers:
            self.loses_answers -= 1
            raise CarrierUnavailable
        return label

    def give_label_back(self, *, reference: str) -> None:
        if self.is_silent:
            raise CarrierUnavailable
        if reference in self.on_the_way:
            raise CarrierRefused(carrier_code="not_cancelable", explanation="under way")
        if reference in self.labels:
            self.given_back.add(reference)
