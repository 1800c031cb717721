"""Payment intents: the wish to be paid once, and how far it has come.

requires_payment_method → requires_confirmation → requires_action → requires_capture → succeeded,
or canceled; https://docs.stripe.com/payments/paymentintents/lifecycle
"""

from typing import Any

from sandbox.stripe import charges, confirmation, intents, metadata, searches
from sandbox.stripe.amounts import check_amount, check_currency, readable
from sandbox.stripe.call import Call
from sandbox.stripe.customers import existing as existing_customer
from sandbox.stripe.errors import ApiError, WrongState
from sandbox.stripe.events import changed, emit
from sandbox.stripe.ids import new_id, new_secret
from sandbox.stripe.lists import page
from sandbox.stripe.private import public

type Body = dict[str, Any]

CANCELABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
)
UPDATABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
ONLY_WITH_CONFIRM = ("error_on_requires_action", "mandate", "off_session", "return_url")
COPIED = (
    "capture_method",
    "description",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)


def create(call: Call) -> Body:
    params = call.params
    currency = check_currency(params["currency"])
    check_amount(params["amount"], currency)
    confirms = params.get("confirm", False)
    for name in ONLY_WITH_CONFIRM:
        if name in params and not confirms:
            raise ApiError(
                f"The parameter `{name}` cannot be passed when creating a PaymentIntent unless"
                " `confirm` is set to true.",
                param=name,
            )
    intent_id = new_id("pi")
    intent: Body = {
        "id": intent_id,
        "object": "payment_intent",
        "allowed_payment_method_types": None,
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": intents.automatic_methods(params),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": new_secret(intent_id),
        "confirmation_method": params.get("confirmation_method", "automatic"),
        "created": call.now,
        "currency": currency,
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "managed_payments": {"enabled": False},
        "metadata": metadata.merged({}, params.get("metadata", {})),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"installments": None} | intents.CARD_OPTIONS},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }
    _set(call, intent)
    call.store.insert(intent)
    emit(call, "payment_intent.created", intent)
    if confirms:
        confirmation.confirm(call, intent)
    return intent


def retrieve(call: Call) -> Body:
    intent = call.fetch(call.id, kind="payment_intent", param="intent", in_address=True)
    secret = call.params.get("client_secret", intent["client_secret"])
    if secret != intent["client_secret"]:
        raise ApiError(
            "The client_secret provided does not match any associated PaymentIntent on this"
            " account. Ensure the publishable key used belongs to the same account that created"
            " the PaymentIntent.",
            code="payment_intent_invalid_parameter",
            param="client_secret",
        )
    return intent


def list_(call: Call) -> Body:
    return page(call, "payment_intent")


def search(call: Call) -> Body:
    return searches.search(call, "payment_intent")


def update(call: Call) -> Body:
    intent = _existing(call)
    before = dict(intent)
    is_money_touched = {"amount", "currency", "payment_method"} & {*call.params}
    if is_money_touched and intent["status"] not in UPDATABLE:
        raise WrongState(
            f"This PaymentIntent's {min(is_money_touched)} could not be updated because it has a"
            f" status of {intent['status']}. You may only update the {min(is_money_touched)} of a"
            f" PaymentIntent with one of the following statuses: {', '.join(UPDATABLE)}.",
            intent=public(intent),
        )
    if "currency" in call.params:
        intent["currency"] = check_currency(call.params["currency"])
    if "amount" in call.params:
        check_amount(call.params["amount"], intent["currency"])
        intent["amount"] = call.params["amount"]
    if "metadata" in call.params:
        intent["metadata"] = metadata.merged(intent["metadata"], call.params["metadata"])
        call.store.index_metadata(intent)
    _set(call, intent)
    if intent["status"] == "requires_action" and changed(before, intent):
        # What the customer was to approve is no longer what would be charged.
        intent |= {"status": "requires_confirmation", "next_action": None}
    call.store.save(intent)
    return intent


def confirm(call: Call) -> Body:
    intent = _existing(call)
    intents.check_confirmable(intent)
    _set(call, intent)
    confirmation.confirm(call, intent)
    return intent


def capture(call: Call) -> Body:
    intent = _existing(call)
    if intent["status"] != "requires_capture":
        raise WrongState(
            "This PaymentIntent could not be captured because it has a status of"
            f" {intent['status']}. Only a PaymentIntent with one of the following statuses may be"
            " captured: requires_capture.",
            intent=public(intent),
        )
    amount = intent["amount_capturable"]
    if "amount_to_capture" in call.params:
        amount = call.params["amount_to_capture"]
    if not 1 <= amount <= intent["amount_capturable"]:
        raise ApiError(
            f"The remaining amount on this PaymentIntent that can be captured is"
            f" {readable(intent['amount_capturable'], intent['currency'])}; you tried to capture"
            f" {readable(amount, intent['currency'])}.",
            code="amount_too_large" if amount > 0 else "parameter_invalid_integer",
            param="amount_to_capture",
        )
    if "metadata" in call.params:
        intent["metadata"] = metadata.merged(intent["metadata"], call.params["metadata"])
        call.store.index_metadata(intent)
    charge = call.fetch(intent["latest_charge"], kind="charge", param="charge")
    charges.capture(call, charge, amount=amount)
    intent |= {"amount_capturable": 0, "amount_received": amount, "status": "succeeded"}
    call.store.save(intent)
    emit(call, "payment_intent.succeeded", intent)
    return intent


def cancel(call: Call) -> Body:
    intent = _existing(call)
    if intent["status"] not in CANCELABLE:
        raise WrongState(
            "You cannot cancel this PaymentIntent because it has a status of"
            f" {intent['status']}. Only a PaymentIntent with one of the following statuses may be"
            f" canceled: {', '.join(CANCELABLE)}.",
            intent=public(intent),
        )
    if intent["status"] == "requires_capture":
        charges.release(call, call.fetch(intent["latest_charge"], kind="charge", param="charge"))
    _end(call, intent, reason=call.params.get("cancellation_reason"))
    return intent


def expire_holds(call: Call) -> None:
    """Cancel every intent whose money the bank does not hold any longer."""
    for intent in call.store.find_all("payment_intent", status="requires_capture"):
        charge = call.fetch(intent["latest_charge"], kind="charge", param="charge")
        if call.now >= charge["payment_method_details"]["card"]["capture_before"]:
            charges.release(call, charge)
            _end(call, intent, reason="automatic")


def _end(call: Call, intent: Body, *, reason: str | None) -> None:
    intent |= {
        "amount_capturable": 0,
        "canceled_at": call.now,
        "cancellation_reason": reason,
        "next_action": None,
        "status": "canceled",
    }
    call.store.save(intent)
    emit(call, "payment_intent.canceled", intent)


def _existing(call: Call) -> Body:
    return call.fetch(call.id, kind="payment_intent", param="intent", in_address=True)


def _set(call: Call, intent: Body) -> None:
    """Take over what create, update and confirm have in common."""
    params = call.params
    for name in COPIED:
        if name in params:
            intent[name] = params[name] or None
    if "customer" in params:
        intent["customer"] = existing_customer(call, params["customer"])["id"]
    intents.set_method(call, intent)
