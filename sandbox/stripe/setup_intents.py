"""Setup intents: saving a card for later payments, with the bank's consent where it wants that."""

from typing import Any

from sandbox.stripe import metadata
from sandbox.stripe.call import Call
from sandbox.stripe.customers import existing as existing_customer
from sandbox.stripe.errors import WrongState
from sandbox.stripe.events import emit
from sandbox.stripe.ids import new_id, new_secret
from sandbox.stripe.intents import (
    CARD_OPTIONS,
    CONFIRMABLE,
    automatic_methods,
    check_confirmable,
    method_to_authenticate,
    method_to_confirm,
    next_action,
    set_method,
)
from sandbox.stripe.lists import page
from sandbox.stripe.payment_methods import attach_to, card_of, declined
from sandbox.stripe.private import public
from sandbox.stripe.test_cards import Authentication

type Body = dict[str, Any]


def create(call: Call) -> Body:
    params = call.params
    intent_id = new_id("seti")
    intent: Body = {
        "id": intent_id,
        "object": "setup_intent",
        "allowed_payment_method_types": None,
        "application": None,
        "automatic_payment_methods": automatic_methods(params),
        "cancellation_reason": None,
        "client_secret": new_secret(intent_id),
        "created": call.now,
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": metadata.merged({}, params.get("metadata", {})),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": CARD_OPTIONS},
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": params.get("usage", "off_session"),
    }
    _set(call, intent)
    call.store.insert(intent)
    emit(call, "setup_intent.created", intent)
    if params.get("confirm"):
        _confirm(call, intent)
    return intent


def retrieve(call: Call) -> Body:
    return call.fetch(call.id, kind="setup_intent", param="intent", in_address=True)


def list_(call: Call) -> Body:
    return page(call, "setup_intent")


def update(call: Call) -> Body:
    intent = retrieve(call)
    if "metadata" in call.params:
        intent["metadata"] = metadata.merged(intent["metadata"], call.params["metadata"])
        call.store.index_metadata(intent)
    _set(call, intent)
    call.store.save(intent)
    return intent


def confirm(call: Call) -> Body:
    intent = retrieve(call)
    check_confirmable(intent)
    _set(call, intent)
    _confirm(call, intent)
    return intent


def cancel(call: Call) -> Body:
    intent = retrieve(call)
    if intent["status"] not in CONFIRMABLE:
        raise WrongState(
            f"You cannot cancel this SetupIntent because it has a status of {intent['status']}."
            " Only a SetupIntent with one of the following statuses may be canceled:"
            f" {', '.join(CONFIRMABLE)}.",
            intent=public(intent),
        )
    intent |= {
        "cancellation_reason": call.params.get("cancellation_reason"),
        "next_action": None,
        "status": "canceled",
    }
    call.store.save(intent)
    emit(call, "setup_intent.canceled", intent)
    return intent


def authenticate(call: Call, intent: Body, *, has_passed: bool) -> None:
    """What the customer did on the bank's page."""
    method = method_to_authenticate(call, intent)
    if has_passed:
        _succeed(call, intent, method, was_authenticated=True)
        return
    _fail(
        call,
        intent,
        {
            "code": "setup_intent_authentication_failure",
            "doc_url": "https://docs.stripe.com/error-codes/setup-intent-authentication-failure",
            "message": "The latest attempt to set up the payment method has failed because"
            " authentication failed.",
            "payment_method": public(method),
            "type": "invalid_request_error",
        },
    )


def _confirm(call: Call, intent: Body) -> None:
    method = method_to_confirm(call, intent)
    intent |= {"last_setup_error": None, "next_action": None}
    card = card_of(method)
    if card.decline and not card.may_be_attached:
        error = declined(card.decline, payment_method=public(method))
        _fail(call, intent, error.body()["error"])
        error.about["setup_intent"] = public(intent)
        raise error
    if card.authentication in (Authentication.ALWAYS, Authentication.UNLESS_SET_UP):
        intent |= {"next_action": next_action(call, intent), "status": "requires_action"}
        call.store.save(intent)
        emit(call, "setup_intent.requires_action", intent)
        return
    _succeed(call, intent, method, was_authenticated=False)


def _succeed(call: Call, intent: Body, method: Body, *, was_authenticated: bool) -> None:
    if was_authenticated and intent["usage"] == "off_session":
        method["_is_set_up"] = True
        call.store.save(method)
    if intent["customer"] and method["customer"] is None:
        attach_to(call, method, {"id": intent["customer"]})
    intent |= {"next_action": None, "status": "succeeded"}
    call.store.save(intent)
    emit(call, "setup_intent.succeeded", intent)


def _fail(call: Call, intent: Body, error: Body) -> None:
    intent |= {
        "last_setup_error": error,
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    call.store.save(intent)
    emit(call, "setup_intent.setup_failed", intent)


def _set(call: Call, intent: Body) -> None:
    params = call.params
    if "description" in params:
        intent["description"] = params["description"] or None
    if "customer" in params:
        intent["customer"] = existing_customer(call, params["customer"])["id"]
    set_method(call, intent)
