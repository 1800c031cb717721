"""Browse, check out, pay, ship, deliver, return, refund; a declined card; a 3-D Secure card."""

from __future__ import annotations

from typing import Any

from commerce.shared import ids
from dev.demo import moves
from dev.demo.client import wait_for
from dev.demo.moves import Shop
from dev.demo.narrator import Narrator, amount


def buy_and_send_back(shop: Shop, story: Narrator) -> None:
    """Tell the life of one order, from the shelf and back to it."""
    story.chapter("A guest buys two things, and sends one back")
    product = moves.find_products(shop.guest, text="coffee")[0]
    story.tell(f"finds {product['title']} for {amount(product['price'])}")

    checkout = moves.open_checkout(shop.guest, [{"sku": product["skus"][0], "quantity": 2}])
    story.tell(f"opens checkout {checkout['id']}, {amount(checkout['totals']['total'])}")
    done = moves.complete(shop.guest, checkout)
    ada, order_id = moves.buyer_of(shop.guest, checkout), done["order"]["id"]
    story.tell(f"pays; order {done['order']['number']} is {order_id}")
    order = ada.get(f"/orders/{order_id}")
    story.verify("the order is", order["status"], "paid")
    total = checkout["totals"]["total"]
    story.verify("the card was charged", _charged(shop, order), [total["amount"]])

    for parcel in moves.pack(shop.staff, order_id):
        sent = moves.dispatch(shop.staff, parcel)
        story.tell(f"the clerk hands over {sent['id']}, tracking {sent['tracking_number']}")
        moves.deliver(shop, sent)
    order = moves.wait_for_order(
        ada,
        order_id,
        what="the parcel arrives",
        until=lambda order: order["fulfilment_status"] == "delivered",
    )
    story.verify("the order is", order["status"], "fulfilled")
    story.verify("its parcels are", order["fulfilment_status"], "delivered")

    line = order["lines"][0]
    back = moves.send_back(shop, ada, order, units={line["id"]: 1})
    story.tell(f"one unit comes back as {back['id']}")
    order = moves.wait_for_order(
        ada,
        order_id,
        what="the money goes back",
        until=lambda order: order["payment_status"] == "partially_refunded",
    )
    story.verify("units returned", order["lines"][0]["quantity_returned"], 1)
    half = line["total"]["amount"] // 2
    refunded = wait_for(
        "the provider gives the money back", lambda: _refunded(shop, order), within_s=30
    )
    story.verify("the card got back", refunded, [half])
    invoice = ada.get(f"/invoices/{order['invoices'][0]}")
    story.verify("the credit note says", invoice["credited"]["amount"], half)


def be_declined(shop: Shop, story: Narrator) -> None:
    """Tell how a bank says no, and another card saves the order."""
    story.chapter("A card is declined, another one pays the same order")
    checkout = _checkout(shop)
    refused = moves.complete(shop.guest, checkout, card=moves.DECLINED, expect=402)
    story.verify("the shop says", refused["code"], "card_declined")
    story.verify("the bank's reason is", refused["decline_code"], "insufficient_funds")
    done = moves.complete(shop.guest, checkout)
    ada = moves.buyer_of(shop.guest, checkout)
    order = ada.get(f"/orders/{done['order']['id']}")
    story.verify(f"order {order['number']} is", order["status"], "paid")
    total = checkout["totals"]["total"]["amount"]
    story.verify("money moved once", _charged(shop, order), [total])


def ask_the_bank(shop: Shop, story: Narrator) -> None:
    """Tell how a bank wants to see its customer first (3-D Secure)."""
    story.chapter("A bank asks its customer first (3-D Secure)")
    checkout = _checkout(shop)
    waiting = moves.complete(shop.guest, checkout, card=moves.ASKS_BANK, expect=202)
    story.verify("the shop says", waiting["status"], "requires_action")
    ada = moves.buyer_of(shop.guest, checkout)
    payment = ada.get(f"/payments/{waiting['payment']['id']}")
    story.verify("the payment is", payment["status"], "requires_action")
    story.verify("nothing has moved yet", _charges(shop, payment["id"]), [])
    story.tell("the customer confirms on the bank's page; only the webhook tells us")
    moves.authenticate(shop, payment["next_action"]["client_secret"].partition("_secret_")[0])
    order = moves.wait_for_order(
        ada,
        waiting["order"]["id"],
        what="the webhook arrives",
        until=lambda order: order["status"] == "paid",
    )
    story.verify(f"order {order['number']} is", order["status"], "paid")
    total = checkout["totals"]["total"]["amount"]
    story.verify("money moved once", _charged(shop, order), [total])


def _checkout(shop: Shop) -> dict[str, Any]:
    product = moves.find_products(shop.guest, text="tea")[0]
    return moves.open_checkout(shop.guest, [{"sku": product["skus"][0], "quantity": 1}])


def _charged(shop: Shop, order: dict[str, Any]) -> list[int]:
    """Read from the provider's own journal what was taken for an order."""
    return [minor for payment in order["payments"] for minor in _charges(shop, payment)]


def _charges(shop: Shop, payment_id: str) -> list[int]:
    return _amounts(shop, payment_id, "charge_succeeded")


def _refunded(shop: Shop, order: dict[str, Any]) -> list[int]:
    return [
        minor
        for payment in order["payments"]
        for minor in _amounts(shop, payment, "refund_succeeded")
    ]


def _amounts(shop: Shop, payment_id: str, kind: str) -> list[int]:
    ours = str(ids.decode("pay", payment_id))
    return [
        line["amount"]
        for line in shop.journal()
        if line["kind"] == kind and line["metadata"].get("payment_id") == ours
    ]
