"""Balance transactions: what each movement did to the account, fees included.

The sandbox settles every currency in itself; Stripe would convert what the account cannot hold.
"""

from typing import Any

from sandbox.stripe.call import Call
from sandbox.stripe.ids import new_id
from sandbox.stripe.lists import page

type Body = dict[str, Any]

# Stripe's standard price for cards; a refund does not bring it back.
FEE_PER_MILLE = 29
FIXED_FEE = 30
DISPUTE_FEE = 15_00
AVAILABLE_AFTER_S = 2 * 24 * 60 * 60


def retrieve(call: Call) -> Body:
    body = call.fetch(call.id, kind="balance_transaction", param="id", in_address=True)
    return shown(call, body)


def list_(call: Call) -> Body:
    answer = page(call, "balance_transaction")
    answer["data"] = [shown(call, body) for body in answer["data"]]
    return answer


def shown(call: Call, body: Body) -> Body:
    """Money is pending until its day has come; nothing happens to the object on that day."""
    return body | {"status": "available" if body["available_on"] <= call.now else "pending"}


def record(
    call: Call,
    *,
    source: Body,
    amount: int,
    transaction_type: str,
    category: str,
    description: str | None = None,
    fee: int = 0,
    is_available_at_once: bool = False,
) -> Body:
    """Enter a movement of `amount` (negative: money leaves) into the balance."""
    body = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": call.now if is_available_at_once else call.now + AVAILABLE_AFTER_S,
        "balance_type": "payments",
        "created": call.now,
        "currency": source["currency"],
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": _fee_details(fee, source["currency"]),
        "net": amount - fee,
        "reporting_category": category,
        "source": source["id"],
        "status": "pending",
        "type": transaction_type,
    }
    call.store.insert(body)
    return body


def card_fee(amount: int) -> int:
    """What a card payment costs, rounded half up."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FIXED_FEE


def _fee_details(fee: int, currency: str) -> list[Body]:
    if not fee:
        return []
    return [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
