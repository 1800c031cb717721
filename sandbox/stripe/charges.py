"""Charges: each attempt to take money, whether the bank said yes or no."""

from typing import Any

from sandbox.stripe import balance_transactions, journal, metadata, searches
from sandbox.stripe.call import Call
from sandbox.stripe.events import changed, emit
from sandbox.stripe.ids import new_id
from sandbox.stripe.lists import page, whole_list
from sandbox.stripe.payment_methods import card_of
from sandbox.stripe.test_cards import Decline

type Body = dict[str, Any]

# How long a bank holds money for a capture, by the card networks' common rule.
HOLD_FOR_S = 7 * 24 * 60 * 60


def retrieve(call: Call) -> Body:
    return call.fetch(call.id, kind="charge", param="id", in_address=True)


def list_(call: Call) -> Body:
    return page(call, "charge")


def search(call: Call) -> Body:
    return searches.search(call, "charge")


def update(call: Call) -> Body:
    charge = retrieve(call)
    before = dict(charge)
    if "metadata" in call.params:
        charge["metadata"] = metadata.merged(charge["metadata"], call.params["metadata"])
        call.store.index_metadata(charge)
    if "fraud_details" in call.params:
        charge["fraud_details"] = call.params["fraud_details"]
    for name in ("description", "receipt_email", "shipping", "transfer_group"):
        if name in call.params:
            charge[name] = call.params[name] or None
    call.store.save(charge)
    emit(call, "charge.updated", charge, previous=changed(before, charge))
    return charge


def refunds_of(call: Call, charge: Body) -> Body:
    """The list that `expand=refunds` puts into a charge."""
    newest_first = call.store.find_all("refund", charge=charge["id"])[::-1]
    return whole_list(newest_first, url=f"/v1/charges/{charge['id']}/refunds")


# For the other nouns


def record_decline(
    call: Call, *, intent: Body, method: Body, decline: Decline, was_authenticated: bool
) -> Body:
    """A charge that the bank refused."""
    charge = _new(call, intent=intent, method=method, was_authenticated=was_authenticated) | {
        "failure_code": decline.code,
        "failure_message": decline.message,
        "outcome": {
            "advice_code": decline.advice,
            "network_advice_code": None,
            "network_decline_code": "01",
            "network_status": "declined_by_network",
            "reason": decline.decline_code or decline.code,
            "risk_level": "normal",
            "risk_score": 10,
            "seller_message": "The bank returned the decline code"
            f" `{decline.decline_code or decline.code}`.",
            "type": "issuer_declined",
        },
        "paid": False,
        "status": "failed",
    }
    call.store.insert(charge)
    emit(call, "charge.failed", charge)
    journal.note(
        call,
        "charge_declined",
        amount=charge["amount"],
        charge=charge,
        decline_code=decline.decline_code or decline.code,
    )
    return charge


def record_authorization(
    call: Call, *, intent: Body, method: Body, was_authenticated: bool
) -> Body:
    """A charge whose money the bank holds until it is captured or let go."""
    charge = _new(call, intent=intent, method=method, was_authenticated=was_authenticated)
    charge["payment_method_details"]["card"]["capture_before"] = call.now + HOLD_FOR_S
    call.store.insert(charge)
    emit(call, "charge.succeeded", charge)
    journal.note(call, "charge_authorized", amount=charge["amount"], charge=charge)
    return charge


def record_success(call: Call, *, intent: Body, method: Body, was_authenticated: bool) -> Body:
    """A charge that took its money at once."""
    charge = _new(call, intent=intent, method=method, was_authenticated=was_authenticated) | {
        "amount_captured": intent["amount"],
        "captured": True,
    }
    call.store.insert(charge)
    if intent["capture_method"] != "automatic_async":
        _enter_into_balance(call, charge)
    emit(call, "charge.succeeded", charge)
    journal.note(call, "charge_succeeded", amount=charge["amount"], charge=charge)
    if intent["capture_method"] == "automatic_async":
        call.afterwards.append(lambda: _settle(call, charge["id"]))
    return charge


def capture(call: Call, charge: Body, *, amount: int) -> None:
    """Take `amount` of the money held, and let the rest go (it does not count as refunded)."""
    charge |= {"amount_captured": amount, "captured": True}
    _enter_into_balance(call, charge)
    emit(call, "charge.captured", charge)
    journal.note(call, "charge_captured", amount=amount, charge=charge)


def release(call: Call, charge: Body) -> None:
    """Let go of all the money held."""
    charge |= {"amount_refunded": charge["amount"], "refunded": True}
    call.store.save(charge)
    emit(call, "charge.refunded", charge)
    journal.note(call, "authorization_released", amount=charge["amount"], charge=charge)


def _settle(call: Call, charge_id: str) -> None:
    # With asynchronous capture the balance transaction follows the answer, as `charge.updated`.
    charge = call.fetch(charge_id, kind="charge", param="id")
    _enter_into_balance(call, charge)
    emit(call, "charge.updated", charge, previous={"balance_transaction": None})


def _enter_into_balance(call: Call, charge: Body) -> None:
    method = call.fetch(charge["payment_method"], kind="payment_method", param="payment_method")
    transaction = balance_transactions.record(
        call,
        source=charge,
        amount=charge["amount_captured"],
        transaction_type="charge",
        category="charge",
        description=charge["description"],
        fee=balance_transactions.card_fee(charge["amount_captured"]),
        is_available_at_once=card_of(method).is_available_at_once,
    )
    charge["balance_transaction"] = transaction["id"]
    call.store.save(charge)


def _new(call: Call, *, intent: Body, method: Body, was_authenticated: bool) -> Body:
    charge_id = new_id("ch")
    card = method["card"]
    return {
        "id": charge_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "SANDBOX",
        "captured": False,
        "created": call.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "normal",
            "risk_score": 10,
            "seller_message": "Payment complete.",
            "type": "authorized",
        },
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {
            "card": {
                "amount_authorized": intent["amount"],
                "authorization_code": charge_id[-6:].upper(),
                "brand": card["brand"],
                "checks": card["checks"],
                "country": card["country"],
                "exp_month": card["exp_month"],
                "exp_year": card["exp_year"],
                "extended_authorization": {"status": "disabled"},
                "fingerprint": card["fingerprint"],
                "funding": card["funding"],
                "incremental_authorization": {"status": "unavailable"},
                "installments": None,
                "last4": card["last4"],
                "mandate": None,
                "multicapture": {"status": "unavailable"},
                "network": card["brand"],
                "network_token": {"used": False},
                "network_transaction_id": charge_id[-15:],
                "overcapture": {
                    "maximum_amount_capturable": intent["amount"],
                    "status": "unavailable",
                },
                "regulated_status": "unregulated",
                "three_d_secure": AUTHENTICATED if was_authenticated else None,
                "transaction_link_id": None,
                "wallet": None,
            },
            "type": "card",
        },
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": f"{call.base}/_sandbox/receipts/{charge_id}",
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "succeeded",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }


AUTHENTICATED = {
    "authentication_flow": "challenge",
    "electronic_commerce_indicator": "05",
    "exemption_indicator": None,
    "result": "authenticated",
    "result_reason": None,
    "transaction_id": "sandbox",
    "version": "2.2.0",
}
