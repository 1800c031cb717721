"""What payment intents and setup intents have in common: a payment method, and how to confirm it."""

from typing import Any

from sandbox.stripe.call import Call
from sandbox.stripe.errors import ApiError, WrongState
from sandbox.stripe.payment_methods import resolve
from sandbox.stripe.private import public

type Body = dict[str, Any]

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
REDIRECT_FREE = frozenset({"card", "link"})
CARD_OPTIONS: Body = {
    "mandate_options": None,
    "network": None,
    "request_three_d_secure": "automatic",
}
NAMES = {"payment_intent": "PaymentIntent", "setup_intent": "SetupIntent"}


def automatic_methods(params: Body) -> Body | None:
    """The `automatic_payment_methods` of an intent: on, unless its maker chose the types."""
    asked = params.get("automatic_payment_methods")
    if asked is None and "allowed_payment_method_types" in params:
        return None
    asked = asked or {"enabled": True}
    return {"allow_redirects": asked.get("allow_redirects", "always"), "enabled": asked["enabled"]}


def set_method(call: Call, intent: Body) -> None:
    """Take over which kinds of payment method may be used, and which one is.

    Raises:
        ApiError: this payment method cannot be used here.
    """
    params = call.params
    for name in ("allowed_payment_method_types", "excluded_payment_method_types"):
        if name in params:
            intent[name] = params[name] or None
    allowed = intent["allowed_payment_method_types"] or ["card"]
    excluded = intent["excluded_payment_method_types"] or []
    intent["payment_method_types"] = [name for name in allowed if name not in excluded]
    options = (params.get("payment_method_options") or {}).get("card") or {}
    card = intent["payment_method_options"]["card"]
    intent["payment_method_options"] = {"card": card | options}

    if not params.get("payment_method"):
        return
    method = resolve(call, params["payment_method"], param="payment_method")
    _check_usable(method, intent)
    intent["payment_method"] = method["id"]
    if intent["status"] == "requires_payment_method":
        intent["status"] = "requires_confirmation"


def check_confirmable(intent: Body) -> None:
    """Refuse to confirm what is over, or already on its way."""
    if intent["status"] in CONFIRMABLE:
        return
    name = NAMES[intent["object"]]
    if intent["status"] == "succeeded":
        message = (
            f"You cannot confirm this {name} because it has already succeeded after being"
            " previously confirmed."
        )
    else:
        message = (
            f"You cannot confirm this {name} because it has a status of {intent['status']}. Only a"
            f" {name} with one of the following statuses may be confirmed:"
            f" {', '.join(CONFIRMABLE)}."
        )
    raise WrongState(message, intent=public(intent))


def method_to_confirm(call: Call, intent: Body) -> Body:
    """The payment method to confirm with.

    Raises:
        WrongState: there is none.
        ApiError: it is not known where to send the customer back to.
    """
    name = NAMES[intent["object"]]
    if intent["payment_method"] is None:
        raise WrongState(
            f"You cannot confirm this {name} because it's missing a payment method. You can either"
            f" update the {name} with a payment method and then confirm it again, or confirm it"
            " again directly with a payment method or ConfirmationToken.",
            intent=public(intent),
        )
    if "return_url" in call.params:
        intent["_return_url"] = call.params["return_url"]
    elif "_return_url" not in intent and _may_redirect(intent):
        raise ApiError(
            f"This {name} is configured to accept payment methods enabled in your Dashboard."
            " Because some of these payment methods might redirect your customer off of your page,"
            " you must provide a `return_url`. If you don't want to accept redirect-based payment"
            " methods, set `automatic_payment_methods[enabled]` to `true` and"
            " `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents"
            " and Payment Intents."
        )
    method = call.fetch(intent["payment_method"], kind="payment_method", param="payment_method")
    _check_usable(method, intent)
    return method


def next_action(call: Call, intent: Body) -> Body:
    """Where to send the customer: back through a redirect, or through Stripe's own SDK."""
    url = f"{call.base}/_sandbox/authenticate/{intent['id']}"
    if "_return_url" in intent and not call.params.get("use_stripe_sdk"):
        return {
            "redirect_to_url": {"return_url": intent["_return_url"], "url": url},
            "type": "redirect_to_url",
        }
    return {
        "type": "use_stripe_sdk",
        "use_stripe_sdk": {
            "type": "three_d_secure_redirect",
            "stripe_js": url,
            "source": f"src_{intent['id'].partition('_')[2]}",
        },
    }


def method_to_authenticate(call: Call, intent: Body) -> Body:
    """The payment method whose owner is being asked.

    Raises:
        WrongState: nobody is.
    """
    if intent["status"] != "requires_action":
        raise WrongState(
            f"Nobody is to be authenticated: the status is {intent['status']}.",
            intent=public(intent),
        )
    return call.fetch(intent["payment_method"], kind="payment_method", param="payment_method")


def _may_redirect(intent: Body) -> bool:
    """Whether some payment method of this intent would send the customer to another page."""
    automatic = intent["automatic_payment_methods"]
    if automatic is not None and automatic["enabled"]:
        return bool(automatic["allow_redirects"] == "always")
    return not REDIRECT_FREE.issuperset(intent["payment_method_types"])


def _check_usable(method: Body, intent: Body) -> None:
    """Refuse a payment method that is another customer's, used up, or of the wrong kind."""
    name = NAMES[intent["object"]]
    if method["type"] not in intent["payment_method_types"]:
        raise ApiError(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this {name}. Please"
            " attach a PaymentMethod of one of the following types:"
            f" {', '.join(intent['payment_method_types'])}.",
            param="payment_method",
        )
    if method["customer"] is None:
        if method.get("_is_spent"):
            raise ApiError(
                "The provided PaymentMethod was previously used with a PaymentIntent without"
                " Customer attachment, shared with a connected account without Customer"
                " attachment, or was detached from a Customer. It may not be used again. To use a"
                " PaymentMethod multiple times, you must attach it to a Customer first."
            )
    elif intent["customer"] is None:
        raise ApiError(
            f"The payment method supplied ({method['id']}) belongs to a Customer. Please include"
            f" the Customer in the `customer` parameter on the {name}.",
            param="payment_method",
        )
    elif method["customer"] != intent["customer"]:
        raise ApiError(
            f"The payment method supplied ({method['id']}) does not belong to the Customer you"
            f" supplied ({intent['customer']}). Please use this payment method with the Customer"
            " that it belongs to instead.",
            param="payment_method",
        )
