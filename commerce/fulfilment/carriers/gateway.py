"""What fulfilment asks of a carrier, and how a carrier can fail to do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from commerce.fulfilment.interface.dto import Address
from commerce.shared.errors import Rejected, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelOrder:
    """A parcel to be carried. The same `reference` buys one label, however often it is asked."""

    reference: str
    service: str
    sender: Address
    receiver: Address
    weight_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What is stuck on the parcel."""

    carrier: str
    tracking_number: str
    format: str
    data: str


class CarrierRefused(Rejected):
    """The carrier will not do it, and says why; asking again will not help."""

    code = "carrier_refused"

    def __init__(self, *, carrier_code: str, explanation: str) -> None:
        super().__init__(f"the carrier says: {explanation}")
        self.carrier_code = carrier_code


class CarrierUnavailable(Unavailable):
    """The carrier gave no usable answer; whether it has acted is not known."""

    code = "carrier_unavailable"
    retry_after_s = 10


class CarrierGateway(Protocol):
    """Each call goes over the network and is refused inside a transaction.

    Every method may raise `CarrierUnavailable`, after which the same call may be repeated.
    """

    def buy_label(self, order: LabelOrder) -> Label:
        """Buy a label, or give the one that was bought under the same reference.

        Raises:
            CarrierRefused: it does not carry this parcel there.
        """

    def give_label_back(self, *, reference: str) -> None:
        """Cancel the label of a reference; none there, or canceled before: nothing to do.

        Raises:
            CarrierRefused: the parcel is under way.
        """
