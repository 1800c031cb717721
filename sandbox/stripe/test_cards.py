"""Stripe's test cards and what each of them does (https://docs.stripe.com/testing)."""

from dataclasses import dataclass
from enum import Enum


class Authentication(Enum):
    """When the bank wants to see its customer (3-D Secure)."""

    NEVER = "supported, but not asked for"
    ALWAYS = "every time, also for a card that was saved with consent"
    UNLESS_SET_UP = "until a setup for later use was authenticated once"
    ON_SESSION_ONLY = "whenever the customer is there; already set up for when not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """A bank's no, in Stripe's codes."""

    code: str
    decline_code: str | None
    message: str
    advice: str = "try_again_later"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCard:
    last4: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    authentication: Authentication = Authentication.NEVER
    decline: Decline | None = None
    may_be_attached: bool = True
    dispute_reason: str | None = None
    is_inquiry: bool = False
    refund_fails: bool = False
    refund_is_pending: bool = False
    is_available_at_once: bool = False


def decline_for(decline_code: str | None, *, code: str = "card_declined") -> Decline:
    """The no that carries these codes."""
    message = MESSAGES.get(decline_code or code, MESSAGES.get(code, "Your card was declined."))
    advice = "do_not_try_again" if decline_code in FINAL else "try_again_later"
    return Decline(code=code, decline_code=decline_code, message=message, advice=advice)


MESSAGES = {
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": (
        "Your card was declined. This transaction requires authentication."
    ),
    "authentication_not_handled": (
        "This payment required an authentication action to complete, but"
        " `error_on_requires_action` was set. When you're ready, you can upgrade your integration"
        " to handle actions at"
        " https://stripe.com/docs/payments/payment-intents/upgrade-to-handle-actions."
    ),
    "card_velocity_exceeded": (
        "Your card was declined for making repeated attempts too frequently or exceeding its"
        " amount limit."
    ),
}
FINAL = frozenset({"lost_card", "stolen_card", "fraudulent", "expired_card"})

GENERIC = decline_for("generic_decline")
INSUFFICIENT = decline_for("insufficient_funds")


def _declining(last4: str, decline: Decline) -> TestCard:
    return TestCard(last4=last4, decline=decline, may_be_attached=False)


_DECLINED = {
    "chargeDeclined": _declining("0002", GENERIC),
    "chargeDeclinedInsufficientFunds": _declining("9995", INSUFFICIENT),
    "chargeDeclinedLostCard": _declining("9987", decline_for("lost_card")),
    "chargeDeclinedStolenCard": _declining("9979", decline_for("stolen_card")),
    "chargeDeclinedFraudulent": _declining("0019", decline_for("fraudulent")),
    "chargeDeclinedExpiredCard": _declining("0069", decline_for(None, code="expired_card")),
    "chargeDeclinedIncorrectCvc": _declining("0127", decline_for(None, code="incorrect_cvc")),
    "chargeDeclinedProcessingError": _declining("0119", decline_for(None, code="processing_error")),
    "chargeDeclinedVelocityLimitExceeded": _declining(
        "6975", decline_for("card_velocity_exceeded")
    ),
}

TEST_CARDS: dict[str, TestCard] = {
    "visa": TestCard(last4="4242"),
    "visa_debit": TestCard(last4="5556", funding="debit"),
    "mastercard": TestCard(last4="4444", brand="mastercard"),
    "mastercard_debit": TestCard(last4="3222", brand="mastercard", funding="debit"),
    "mastercard_prepaid": TestCard(last4="5100", brand="mastercard", funding="prepaid"),
    "amex": TestCard(last4="8431", brand="amex"),
    "discover": TestCard(last4="9424", brand="discover"),
    "diners": TestCard(last4="3237", brand="diners"),
    "jcb": TestCard(last4="0505", brand="jcb"),
    "unionpay": TestCard(last4="0005", brand="unionpay"),
    "de": TestCard(last4="0016", country="DE"),
    "fr": TestCard(last4="0003", country="FR"),
    "gb": TestCard(last4="0000", country="GB"),
    "bypassPending": TestCard(last4="0077", is_available_at_once=True),
    # Stripe lists most declines under both names.
    **_DECLINED,
    **{f"visa_{name}": card for name, card in _DECLINED.items()},
    "chargeCustomerFail": TestCard(last4="0341", decline=GENERIC),
    "authenticationRequired": TestCard(last4="3184", authentication=Authentication.ALWAYS),
    "authenticationRequiredOnSetup": TestCard(
        last4="3155", authentication=Authentication.UNLESS_SET_UP
    ),
    "authenticationRequiredSetupForOffSession": TestCard(
        last4="0446", authentication=Authentication.ON_SESSION_ONLY
    ),
    "authenticationRequiredChargeDeclinedInsufficientFunds": TestCard(
        last4="3178", authentication=Authentication.ALWAYS, decline=INSUFFICIENT
    ),
    "threeDSecure2Required": TestCard(last4="3220", authentication=Authentication.ALWAYS),
    "threeDSecureRequired": TestCard(last4="3063", authentication=Authentication.ALWAYS),
    "threeDSecureRequiredChargeDeclined": TestCard(
        last4="1629", authentication=Authentication.ALWAYS, decline=GENERIC
    ),
    "threeDSecureOptional": TestCard(last4="3055"),
    "createDispute": TestCard(last4="0259", dispute_reason="fraudulent"),
    "createDisputeProductNotReceived": TestCard(
        last4="2685", dispute_reason="product_not_received"
    ),
    "createDisputeInquiry": TestCard(last4="1976", dispute_reason="fraudulent", is_inquiry=True),
    "pendingRefund": TestCard(last4="7726", refund_is_pending=True),
    "refundFail": TestCard(last4="5126", refund_fails=True),
}
