"""Why a checkout cannot go on."""

from __future__ import annotations

from commerce.billing.checkout.totals import Totals
from commerce.shared.errors import Conflict, Rejected


class CheckoutExpired(Conflict):
    """The checkout ran out of time; the customer has to start a new one."""

    code = "checkout_expired"


class CheckoutCompleted(Conflict):
    """An order was made of it already, so it cannot be changed any more."""

    code = "checkout_completed"


class TotalChanged(Conflict):
    """It costs something else now than the customer agreed to."""

    code = "total_changed"

    def __init__(self, *, totals: Totals) -> None:
        super().__init__(f"the total is now {totals.total}")
        self.totals = totals


class ShippingAddressRequired(Rejected):
    """Something has to be delivered, and nobody has said where to."""

    code = "shipping_address_required"


class DeliveryOptionRequired(Rejected):
    """Something has to be delivered, and nobody has said how."""

    code = "delivery_option_required"


class PaymentMethodRequired(Rejected):
    """There is something to pay, or will be, and nothing to pay with."""

    code = "payment_method_required"
