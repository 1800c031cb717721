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


class OfferChanged(Conflict):
    """It costs the same, but something else would be delivered than the customer was shown."""

    code = "offer_changed"


class SignInRequired(Rejected):
    """It gives access, and only an account can hold that; a guest has none."""

    code = "sign_in_required"

    def __init__(self, *, sku: str | None) -> None:
        super().__init__(f"{sku} gives access: sign in, and start the checkout anew")
        self.sku = sku


class GiftCardNotSoldYet(Rejected):
    """Nobody could pay with it yet, so nobody can buy it (ADR 0029)."""

    code = "gift_card_not_sold_yet"

    def __init__(self, *, sku: str | None) -> None:
        super().__init__(f"{sku} is a gift card, and those are not sold yet")
        self.sku = sku


class PaymentMethodRequired(Rejected):
    """There is something to pay, or will be, and nothing to pay with."""

    code = "payment_method_required"
