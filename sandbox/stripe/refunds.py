"""Refunds: money given back, never more than was taken."""

from typing import Any

from sandbox.stripe import balance_transactions, journal, metadata
from sandbox.stripe.amounts import readable
from sandbox.stripe.call import Call
from sandbox.stripe.errors import ApiError, NotSimulated
from sandbox.stripe.events import changed, emit
from sandbox.stripe.ids import new_id
from sandbox.stripe.lists import page
from sandbox.stripe.payment_methods import card_of

type Body = dict[str, Any]


def create(call: Call) -> Body:
    for name in ("currency", "customer"):
        if name in call.params:
            # They refund a customer's cash balance, not a charge.
            raise NotSimulated(param=name)
    charge = _charge(call)
    remaining = charge["amount_captured"] - charge["amount_refunded"]
    amount = call.params.get("amount", remaining)
    _check_not_disputed(call, charge)
    _check(charge, amount=amount, remaining=remaining)
    method = call.fetch(charge["payment_method"], kind="payment_method", param="payment_method")
    card = card_of(method)

    refund: Body = {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": metadata.merged({}, call.params.get("metadata", {})),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": call.params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if card.refund_is_pending else "succeeded",
        "transfer_reversal": None,
    }
    transaction = balance_transactions.record(
        call,
        source=refund,
        amount=-amount,
        transaction_type="refund",
        category="refund",
        description=f"REFUND FOR CHARGE ({charge['description']})",
        is_available_at_once=card.is_available_at_once,
    )
    refund["balance_transaction"] = transaction["id"]
    call.store.insert(refund)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    call.store.save(charge)
    emit(call, "refund.created", refund)
    emit(
        call,
        "charge.refunded",
        charge,
        previous={"amount_refunded": charge["amount_refunded"] - amount},
    )
    kind = f"refund_{refund['status']}"
    journal.note(call, kind, amount=amount, charge=charge, refund=refund["id"])
    if card.refund_fails:
        call.afterwards.append(lambda: fail(call, refund["id"]))
    if card.refund_is_pending:
        call.afterwards.append(lambda: succeed(call, refund["id"]))
    return refund


def retrieve(call: Call) -> Body:
    return call.fetch(call.id, kind="refund", param="id", in_address=True)


def list_(call: Call) -> Body:
    return page(call, "refund")


def list_of_charge(call: Call) -> Body:
    return page(call, "refund", charge=call.id)


def update(call: Call) -> Body:
    refund = retrieve(call)
    before = dict(refund)
    if "metadata" in call.params:
        refund["metadata"] = metadata.merged(refund["metadata"], call.params["metadata"])
        call.store.index_metadata(refund)
    call.store.save(refund)
    emit(call, "refund.updated", refund, previous=changed(before, refund))
    return refund


# What banks do later


def succeed(call: Call, refund_id: str) -> Body:
    """A refund that took its time has arrived."""
    refund = call.fetch(refund_id, kind="refund", param="id")
    if refund["status"] != "pending":
        raise ApiError(f"The refund is not pending: it has {refund['status']}.")
    refund["status"] = "succeeded"
    call.store.save(refund)
    emit(call, "refund.updated", refund, previous={"status": "pending"})
    charge = call.fetch(refund["charge"], kind="charge", param="charge")
    journal.note(call, "refund_succeeded", amount=refund["amount"], charge=charge, refund=refund_id)
    return refund


def fail(call: Call, refund_id: str) -> Body:
    """A refund came back from the customer's bank: the money is ours again."""
    refund = call.fetch(refund_id, kind="refund", param="id")
    if refund["status"] not in ("pending", "succeeded"):
        raise ApiError(f"The refund cannot fail any more: it has {refund['status']}.")
    before = dict(refund)
    transaction = balance_transactions.record(
        call,
        source=refund,
        amount=refund["amount"],
        transaction_type="refund_failure",
        category="refund_failure",
        description="REFUND FAILURE",
    )
    refund |= {
        "status": "failed",
        "failure_reason": "expired_or_canceled_card",
        "failure_balance_transaction": transaction["id"],
    }
    call.store.save(refund)
    charge = call.fetch(refund["charge"], kind="charge", param="charge")
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    call.store.save(charge)
    emit(call, "refund.failed", refund, previous=changed(before, refund))
    journal.note(call, "refund_failed", amount=refund["amount"], charge=charge, refund=refund_id)
    return refund


def _charge(call: Call) -> Body:
    if "charge" in call.params:
        return call.fetch(call.params["charge"], kind="charge", param="charge")
    if "payment_intent" not in call.params:
        raise ApiError(
            "One of the following params should be provided for this request: payment_intent or"
            " charge."
        )
    intent = call.fetch(
        call.params["payment_intent"], kind="payment_intent", param="payment_intent"
    )
    if intent["amount_received"] == 0:
        raise ApiError(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return call.fetch(intent["latest_charge"], kind="charge", param="charge")


def _check_not_disputed(call: Call, charge: Body) -> None:
    disputes = call.store.find_all("dispute", charge=charge["id"]) if charge["disputed"] else []
    if not all(dispute["is_charge_refundable"] for dispute in disputes):
        raise ApiError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )


def _check(charge: Body, *, amount: int, remaining: int) -> None:
    if not charge["captured"]:
        raise ApiError(
            f"Charge {charge['id']} has not been captured: there is nothing to refund.",
            code="charge_not_refundable",
        )
    if remaining == 0:
        raise ApiError(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if amount < 1:
        raise ApiError(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="amount",
        )
    if amount > remaining:
        currency = charge["currency"]
        raise ApiError(
            f"Refund amount ({readable(amount, currency)}) is greater than unrefunded amount on"
            f" charge ({readable(remaining, currency)})",
            param="amount",
        )
