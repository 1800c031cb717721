"""How long a completed checkout keeps others from what it was promised."""

from commerce.billing.checkout.complete_checkout import HOLD_PROMOTIONS_FOR, HOLD_STOCK_FOR
from commerce.billing.payments.check_schedule import CHECK_DELAYS


def test_promotions_are_held_as_long_as_a_payment_may_still_succeed():
    assert HOLD_STOCK_FOR + sum(CHECK_DELAYS, start=HOLD_STOCK_FOR * 0) < HOLD_PROMOTIONS_FOR
