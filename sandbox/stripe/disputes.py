"""Disputes: a customer's bank takes the money back, and may lose."""

from typing import Any

from sandbox.stripe import balance_transactions, journal, metadata
from sandbox.stripe.call import Call
from sandbox.stripe.errors import ApiError
from sandbox.stripe.events import changed, emit
from sandbox.stripe.ids import new_id
from sandbox.stripe.lists import page
from sandbox.stripe.test_cards import TestCard

type Body = dict[str, Any]

ANSWER_WITHIN_S = 9 * 24 * 60 * 60
OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
NETWORK_REASONS = {"fraudulent": "10.4", "product_not_received": "13.1"}
# Test evidence that decides a dispute; https://docs.stripe.com/testing#evidence
DECIDING_EVIDENCE = {"winning_evidence": "won", "losing_evidence": "lost"}
EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy",
    "cancellation_policy_disclosure", "cancellation_rebuttal", "customer_communication",
    "customer_email_address", "customer_name", "customer_purchase_ip", "customer_signature",
    "duplicate_charge_documentation", "duplicate_charge_explanation", "duplicate_charge_id",
    "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address",
    "shipping_carrier", "shipping_date", "shipping_documentation", "shipping_tracking_number",
    "uncategorized_file", "uncategorized_text",
)  # fmt: skip


def retrieve(call: Call) -> Body:
    return call.fetch(call.id, kind="dispute", param="id", in_address=True)


def list_(call: Call) -> Body:
    return page(call, "dispute")


def update(call: Call) -> Body:
    dispute = retrieve(call)
    before = dict(dispute)
    if "metadata" in call.params:
        dispute["metadata"] = metadata.merged(dispute["metadata"], call.params["metadata"])
        call.store.index_metadata(dispute)
    if "evidence" in call.params:
        _check_open(dispute)
        dispute["evidence"] = dispute["evidence"] | call.params["evidence"]
        dispute["evidence_details"]["has_evidence"] = True
        if call.params.get("submit", True):
            _submit(dispute)
    call.store.save(dispute)
    emit(call, "charge.dispute.updated", dispute, previous=changed(before, dispute))
    outcome = DECIDING_EVIDENCE.get(dispute["evidence"]["uncategorized_text"])
    if outcome and dispute["status"] in ("under_review", "warning_under_review"):
        call.afterwards.append(lambda: decide(call, dispute["id"], outcome=outcome))
    return dispute


def close(call: Call) -> Body:
    """Give in: the money stays with the customer."""
    return decide(call, call.id, outcome="lost", in_address=True)


# What banks do


def open_later(call: Call, charge: Body, card: TestCard) -> None:
    """Let the customer's bank disagree once the payment has been answered."""
    reason = card.dispute_reason or "general"
    call.afterwards.append(
        lambda: open_(call, charge["id"], reason=reason, is_inquiry=card.is_inquiry)
    )


def open_(
    call: Call, charge_id: str, *, reason: str, amount: int | None = None, is_inquiry: bool = False
) -> Body:
    """Dispute a charge; unless it is only an inquiry, its money is gone at once."""
    charge = call.fetch(charge_id, kind="charge", param="charge")
    if charge["disputed"] or not charge["captured"]:
        raise ApiError("Only a captured charge that is not disputed yet can be disputed.")
    card = charge["payment_method_details"]["card"]
    dispute: Body = {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount or charge["amount_captured"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": call.now + ANSWER_WITHIN_S,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": is_inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": card["brand"],
                "case_type": "inquiry" if is_inquiry else "chargeback",
                "network": card["network"],
                "network_reason_code": NETWORK_REASONS.get(reason),
            },
            "type": "card",
        },
        "reason": reason,
        "status": "warning_needs_response" if is_inquiry else "needs_response",
    }
    call.store.insert(dispute)
    if not is_inquiry:
        charge["disputed"] = True
        call.store.save(charge)
    emit(call, "charge.dispute.created", dispute)
    if not is_inquiry:
        _withdraw(call, dispute)
    journal.note(
        call,
        "dispute_opened",
        amount=dispute["amount"],
        charge=charge,
        dispute=dispute["id"],
        is_inquiry=is_inquiry,
    )
    return dispute


def decide(call: Call, dispute_id: str, *, outcome: str, in_address: bool = False) -> Body:
    """End a dispute, `won` by us or `lost`."""
    dispute = call.fetch(dispute_id, kind="dispute", param="id", in_address=in_address)
    _check_open(dispute)
    is_inquiry = dispute["status"].startswith("warning")
    dispute |= {
        "status": "warning_closed" if is_inquiry else outcome,
        "is_charge_refundable": is_inquiry or outcome == "won",
    }
    call.store.save(dispute)
    emit(call, "charge.dispute.closed", dispute)
    if outcome == "won" and not is_inquiry:
        _reinstate(call, dispute)
    charge = call.fetch(dispute["charge"], kind="charge", param="charge")
    journal.note(
        call,
        f"dispute_{outcome}",
        amount=dispute["amount"],
        charge=charge,
        dispute=dispute["id"],
        is_inquiry=is_inquiry,
    )
    return dispute


def _withdraw(call: Call, dispute: Body) -> None:
    _move(
        call,
        dispute,
        amount=-dispute["amount"],
        category="dispute",
        fee=balance_transactions.DISPUTE_FEE,
        description="Chargeback withdrawal",
    )
    emit(call, "charge.dispute.funds_withdrawn", dispute)


def _reinstate(call: Call, dispute: Body) -> None:
    _move(
        call,
        dispute,
        amount=dispute["amount"],
        category="dispute_reversal",
        description="Chargeback reversal",
    )
    emit(call, "charge.dispute.funds_reinstated", dispute)


def _move(
    call: Call, dispute: Body, *, amount: int, category: str, description: str, fee: int = 0
) -> None:
    transaction = balance_transactions.record(
        call,
        source=dispute,
        amount=amount,
        transaction_type="adjustment",
        category=category,
        fee=fee,
        description=f"{description} for {dispute['charge']}",
        is_available_at_once=True,
    )
    dispute["balance_transactions"].append(transaction)
    call.store.save(dispute)


def _submit(dispute: Body) -> None:
    dispute["evidence_details"] |= {
        "submission_count": dispute["evidence_details"]["submission_count"] + 1,
        "submission_method": "manual",
    }
    is_inquiry = dispute["status"].startswith("warning")
    dispute["status"] = "warning_under_review" if is_inquiry else "under_review"


def _check_open(dispute: Body) -> None:
    if dispute["status"] not in OPEN:
        raise ApiError(f"This dispute is already closed: {dispute['status']}.")
