"""A bundle and a digital good in one order: one is shipped and sent back, the other opens at once."""

from __future__ import annotations

import uuid

from dev.demo import moves
from dev.demo.client import wait_for
from dev.demo.moves import Shop
from dev.demo.narrator import Narrator


def buy_a_bundle_and_a_course(shop: Shop, story: Narrator) -> None:
    """Tell how an order is delivered in two ways."""
    story.chapter("A customer buys a hamper and an online course in one order")
    name = uuid.uuid4().hex[:10]
    coffee, tea = (
        moves.find_products(shop.guest, text=text)[0]["skus"][0] for text in ("coffee", "tea")
    )
    contents = [{"sku": coffee, "quantity": 2}, {"sku": tea, "quantity": 1}]
    hamper, course, feature = f"HAMPER-{name}", f"COURSE-{name}", f"course-{name}"
    moves.put_on_sale(shop.staff, hamper, title="Hamper", minor=39_00, components=contents)
    moves.put_on_sale(
        shop.staff,
        course,
        title="Brewing at home",
        minor=20_00,
        requires_shipping=False,
        grants=[{"feature": feature, "days": 30}],
    )
    story.tell(f"the shop sells {hamper}, which is what is in it, and {course}, which opens")

    ada = shop.sign_up()
    checkout = moves.open_checkout(
        ada, [{"sku": hamper, "quantity": 2}, {"sku": course, "quantity": 1}]
    )
    done = moves.complete(ada, checkout)
    order_id = done["order"]["id"]
    opened = wait_for("the course opens", lambda: ada.get("/entitlements")["data"])
    story.verify("she may use", [right["feature"] for right in opened], [feature])

    for parcel in moves.pack(shop.staff, order_id):
        moves.deliver(shop, moves.dispatch(shop.staff, parcel))
    order = moves.wait_for_order(
        ada,
        order_id,
        what="the hampers arrive",
        until=lambda order: order["fulfilment_status"] == "delivered",
    )
    bundle = next(line for line in order["lines"] if line["sku"] == hamper)
    sent = {part["sku"]: part["quantity_dispatched"] for part in bundle["components"]}
    story.verify("what has left is", sent, {coffee: 4, tea: 2})
    story.verify("the hampers delivered are", bundle["quantity_dispatched"], 2)

    back = moves.send_back(shop, ada, order, units={bundle["id"]: 1})
    story.tell(f"one hamper comes back, with all that was in it, as {back['id']}")
    order = moves.wait_for_order(
        ada,
        order_id,
        what="the money goes back",
        until=lambda order: order["payment_status"] == "partially_refunded",
    )
    invoice = ada.get(f"/invoices/{order['invoices'][0]}")
    half = bundle["total"]["amount"] // 2
    story.verify("the credit note says", invoice["credited"]["amount"], half)
    still = [right["feature"] for right in ada.get("/entitlements")["data"]]
    story.verify("she may still use", still, [feature])
