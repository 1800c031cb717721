"""Confirming a payment intent: authentication where the bank wants it, then the charge."""

from typing import Any

from sandbox.stripe import charges, disputes, metadata
from sandbox.stripe.call import Call
from sandbox.stripe.errors import ApiError, WrongState
from sandbox.stripe.events import emit
from sandbox.stripe.payment_methods import attach_to, card_of, declined, from_data, resolve
from sandbox.stripe.test_cards import Authentication, Decline, TestCard, decline_for

type Body = dict[str, Any]

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
REDIRECT_FREE = frozenset({"card", "link"})


def confirm(call: Call, intent: Body) -> None:
    """Try to be paid.

    Raises:
        CardError: the bank said no; the intent is back at requires_payment_method.
    """
    params = call.params
    if intent["status"] not in CONFIRMABLE:
        raise WrongState(_why_not_confirmable(intent), intent=metadata.public(intent))
    method = _method(call, intent)
    if "return_url" not in params and "_return_url" not in intent and may_redirect(intent):
        raise ApiError(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard."
            " Because some of these payment methods might redirect your customer off of your page,"
            " you must provide a `return_url`. If you don't want to accept redirect-based payment"
            " methods, set `automatic_payment_methods[enabled]` to `true` and"
            " `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents"
            " and Payment Intents."
        )
    is_off_session = bool(params.get("off_session"))
    intent |= {
        "last_payment_error": None,
        "next_action": None,
        "payment_method": method["id"],
        "setup_future_usage": params.get("setup_future_usage", intent["setup_future_usage"]),
        "capture_method": params.get("capture_method", intent["capture_method"]),
    }
    if "return_url" in params:
        intent["_return_url"] = params["return_url"]

    if not _must_authenticate(intent, method, is_off_session=is_off_session):
        charge(call, intent, method, was_authenticated=False)
    elif is_off_session:
        decline(
            call,
            intent,
            method,
            decline_for("authentication_required", code="authentication_required"),
        )
    elif params.get("error_on_requires_action"):
        decline(
            call,
            intent,
            method,
            decline_for("authentication_not_handled", code="authentication_required"),
        )
    else:
        _ask_for_authentication(call, intent)


def charge(call: Call, intent: Body, method: Body, *, was_authenticated: bool) -> None:
    """Ask the bank for the money."""
    if refusal := _refusal(call, card_of(method)):
        decline(call, intent, method, refusal, was_authenticated=was_authenticated)
    if intent["capture_method"] == "manual":
        made = charges.record_authorization(
            call, intent=intent, method=method, was_authenticated=was_authenticated
        )
        intent |= {"amount_capturable": intent["amount"], "status": "requires_capture"}
        news = "payment_intent.amount_capturable_updated"
    else:
        made = charges.record_success(
            call, intent=intent, method=method, was_authenticated=was_authenticated
        )
        intent |= {"amount_received": intent["amount"], "status": "succeeded"}
        news = "payment_intent.succeeded"
    intent |= {"latest_charge": made["id"], "next_action": None}
    call.store.save(intent)
    _remember_method(call, intent, method, was_authenticated=was_authenticated)
    emit(call, news, intent)
    if card_of(method).dispute_reason:
        disputes.open_later(call, made, card_of(method))


def decline(
    call: Call, intent: Body, method: Body, refusal: Decline, *, was_authenticated: bool = False
) -> None:
    """Record that the bank said no.

    Raises:
        CardError: always.
    """
    made = charges.record_decline(
        call, intent=intent, method=method, decline=refusal, was_authenticated=was_authenticated
    )
    error = declined(refusal, charge=made["id"], payment_method=metadata.public(method))
    intent |= {
        "last_payment_error": error.body()["error"],
        "latest_charge": made["id"],
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    call.store.save(intent)
    emit(call, "payment_intent.payment_failed", intent)
    error.about["payment_intent"] = metadata.public(intent)
    raise error


def authenticate(call: Call, intent: Body, *, has_passed: bool) -> None:
    """What the customer did on the bank's page.

    Raises:
        CardError: authenticated, but then declined.
    """
    if intent["status"] != "requires_action":
        raise WrongState(
            f"Nobody is to be authenticated: the status is {intent['status']}.",
            intent=metadata.public(intent),
        )
    method = call.fetch(intent["payment_method"], kind="payment_method", param="payment_method")
    if has_passed:
        charge(call, intent, method, was_authenticated=True)
        return
    intent |= {
        "last_payment_error": {
            "code": "payment_intent_authentication_failure",
            "doc_url": "https://docs.stripe.com/error-codes/payment-intent-authentication-failure",
            "message": "The provided PaymentMethod has failed authentication. You can provide"
            " payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent"
            " again.",
            "payment_method": metadata.public(method),
            "type": "invalid_request_error",
        },
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    call.store.save(intent)
    emit(call, "payment_intent.payment_failed", intent)


# Shared with setup intents


def automatic_methods(params: Body) -> Body | None:
    """The `automatic_payment_methods` of an intent: on, unless its maker chose the types."""
    asked = params.get("automatic_payment_methods")
    if asked is None and "allowed_payment_method_types" in params:
        return None
    asked = asked or {"enabled": True}
    return {"allow_redirects": asked.get("allow_redirects", "always"), "enabled": asked["enabled"]}


def may_redirect(intent: Body) -> bool:
    """Whether some payment method of this intent would send the customer to another page."""
    automatic = intent["automatic_payment_methods"]
    if automatic is not None and automatic["enabled"]:
        return bool(automatic["allow_redirects"] == "always")
    return not REDIRECT_FREE.issuperset(intent["payment_method_types"])


def check_owner(method: Body, intent: Body) -> None:
    """Refuse a payment method that is another customer's, or used up."""
    if method["customer"] is None:
        if method.get("_is_spent"):
            raise ApiError(
                "The provided PaymentMethod was previously used with a PaymentIntent without"
                " Customer attachment, shared with a connected account without Customer"
                " attachment, or was detached from a Customer. It may not be used again. To use a"
                " PaymentMethod multiple times, you must attach it to a Customer first."
            )
        return
    if intent["customer"] is None:
        raise ApiError(
            f"The payment method supplied ({method['id']}) belongs to a Customer. Please include"
            " the Customer in the `customer` parameter on the"
            f" {'PaymentIntent' if intent['object'] == 'payment_intent' else 'SetupIntent'}.",
            param="payment_method",
        )
    if method["customer"] != intent["customer"]:
        raise ApiError(
            f"The payment method supplied ({method['id']}) does not belong to the Customer you"
            f" supplied ({intent['customer']}). Please use this payment method with the Customer"
            f" that it belongs to instead.",
            param="payment_method",
        )


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


def _method(call: Call, intent: Body) -> Body:
    if "payment_method_data" in call.params and "confirm" not in call.params:
        method = from_data(call, call.params["payment_method_data"])
    else:
        # While creating, `payment_method` has already become a concrete one.
        given = None if "confirm" in call.params else call.params.get("payment_method")
        method_id = given or intent["payment_method"]
        if method_id is None:
            raise WrongState(
                "You cannot confirm this PaymentIntent because it's missing a payment method. You"
                " can either update the PaymentIntent with a payment method and then confirm it"
                " again, or confirm it again directly with a payment method or ConfirmationToken.",
                intent=metadata.public(intent),
            )
        method = resolve(call, method_id, param="payment_method")
    check_owner(method, intent)
    return method


def _must_authenticate(intent: Body, method: Body, *, is_off_session: bool) -> bool:
    wish = intent["payment_method_options"].get("card", {}).get("request_three_d_secure")
    if wish in ("any", "challenge") and not is_off_session:
        return True
    match card_of(method).authentication:
        case Authentication.ALWAYS:
            return True
        case Authentication.UNLESS_SET_UP:
            return not (is_off_session and method.get("_is_set_up"))
        case Authentication.ON_SESSION_ONLY:
            return not is_off_session
        case Authentication.NEVER:
            return False


def _refusal(call: Call, card: TestCard) -> Decline | None:
    if fault := call.faults.strike("decline", path=call.path):
        return decline_for(fault.decline_code, code=fault.code)
    return card.decline


def _ask_for_authentication(call: Call, intent: Body) -> None:
    intent |= {"next_action": next_action(call, intent), "status": "requires_action"}
    call.store.save(intent)
    emit(call, "payment_intent.requires_action", intent)


def _remember_method(call: Call, intent: Body, method: Body, *, was_authenticated: bool) -> None:
    if intent["setup_future_usage"] and was_authenticated:
        method["_is_set_up"] = True
        call.store.save(method)
    if method["customer"] is not None:
        return
    if intent["setup_future_usage"] and intent["customer"]:
        attach_to(call, method, {"id": intent["customer"]})
    elif not intent["setup_future_usage"]:
        call.store.save(method | {"_is_spent": True})


def _why_not_confirmable(intent: Body) -> str:
    if intent["status"] == "succeeded":
        return (
            "You cannot confirm this PaymentIntent because it has already succeeded after being"
            " previously confirmed."
        )
    return (
        f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}."
        " Only a PaymentIntent with one of the following statuses may be confirmed:"
        f" {', '.join(CONFIRMABLE)}."
    )
