"""Confirming a payment intent: authentication where the bank wants it, then the charge."""

from typing import Any

from sandbox.stripe import charges, disputes
from sandbox.stripe.call import Call
from sandbox.stripe.events import emit
from sandbox.stripe.intents import method_to_authenticate, method_to_confirm, next_action
from sandbox.stripe.payment_methods import attach_to, card_of, declined
from sandbox.stripe.private import public
from sandbox.stripe.test_cards import Authentication, Decline, TestCard, decline_for

type Body = dict[str, Any]


def confirm(call: Call, intent: Body) -> None:
    """Try to be paid.

    Raises:
        CardError: the bank said no; the intent is back at requires_payment_method.
    """
    params = call.params
    method = method_to_confirm(call, intent)
    is_off_session = bool(params.get("off_session"))
    intent |= {"last_payment_error": None, "next_action": None}
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
    error = declined(refusal, charge=made["id"], payment_method=public(method))
    intent |= {
        "last_payment_error": error.body()["error"],
        "latest_charge": made["id"],
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    call.store.save(intent)
    emit(call, "payment_intent.payment_failed", intent)
    error.about["payment_intent"] = public(intent)
    raise error


def authenticate(call: Call, intent: Body, *, has_passed: bool) -> None:
    """What the customer did on the bank's page.

    Raises:
        CardError: authenticated, but then declined.
    """
    method = method_to_authenticate(call, intent)
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
            "payment_method": public(method),
            "type": "invalid_request_error",
        },
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    call.store.save(intent)
    emit(call, "payment_intent.payment_failed", intent)


def _must_authenticate(intent: Body, method: Body, *, is_off_session: bool) -> bool:
    wish = intent["payment_method_options"]["card"]["request_three_d_secure"]
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
    if fault := call.faults.strike("decline", method="POST", path=call.path):
        return decline_for(fault.decline_code, code=fault.code)
    return card.decline


def _ask_for_authentication(call: Call, intent: Body) -> None:
    intent |= {"next_action": next_action(call, intent), "status": "requires_action"}
    call.store.save(intent)
    emit(call, "payment_intent.requires_action", intent)


def _remember_method(call: Call, intent: Body, method: Body, *, was_authenticated: bool) -> None:
    if intent["setup_future_usage"] == "off_session" and was_authenticated:
        method["_is_set_up"] = True
        call.store.save(method)
    if method["customer"] is not None:
        return
    if intent["setup_future_usage"] and intent["customer"]:
        attach_to(call, method, {"id": intent["customer"]})
    elif not intent["setup_future_usage"]:
        call.store.save(method | {"_is_spent": True})
