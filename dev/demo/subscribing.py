"""Subscribe, let a month pass, be billed, charged and sent the next delivery."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dev.demo import moves
from dev.demo.client import Caller, wait_for
from dev.demo.moves import Shop
from dev.demo.narrator import Narrator, amount

# The day that tells whether months are understood.
START = datetime.fromisoformat("2027-01-31T12:00:00+00:00")


def subscribe_and_renew(shop: Shop, story: Narrator) -> None:
    """Tell two months of a customer who lives on a clock of her own."""
    story.chapter("A customer subscribes on 31 January, and time passes")
    ada = shop.sign_up()
    clock = ada.post("/test-clocks", {"now": START.isoformat()}, expect=201)
    story.tell(f"she lives on {clock['id']}, where it is {START:%d %B %Y}")

    checkout = moves.open_checkout(ada, [{"plan": "coffee-monthly", "quantity": 1}])
    done = moves.complete(ada, checkout)
    first = ada.get(f"/orders/{done['order']['id']}")
    story.verify("the first order is", first["status"], "paid")
    subscription_id = wait_for("the subscription starts", lambda: first["subscriptions"])[0]
    subscription = ada.get(f"/subscriptions/{subscription_id}")
    story.verify(f"{subscription_id} is", subscription["status"], "active")
    story.verify("its period ends on", subscription["current_period_end"][:10], "2027-02-28")

    for end, following in (("2027-02-28", "2027-03-31"), ("2027-03-31", "2027-04-30")):
        _let_time_pass(ada, clock["id"], to=datetime.fromisoformat(f"{end}T13:00:00+00:00"))
        subscription = _renewed(ada, subscription_id, period_start=end)
        story.verify(
            f"on {end} it renews until", subscription["current_period_end"][:10], following
        )
        period = subscription["periods"][0]
        invoice = ada.get(f"/invoices/{period['invoice']}")
        story.verify(f"invoice {invoice['number']} is", invoice["status"], "paid")
        order = ada.get(f"/orders/{period['order']}")
        story.tell(f"order {order['number']} over {amount(order['totals']['total'])} is placed")
        for parcel in moves.pack(shop.staff, order["id"]):
            moves.deliver(shop, moves.dispatch(shop.staff, parcel))
        order = moves.wait_for_order(
            ada,
            order["id"],
            what="the coffee arrives",
            until=lambda order: order["fulfilment_status"] == "delivered",
        )
        story.verify("the delivery is", order["fulfilment_status"], "delivered")


def join_and_read(shop: Shop, story: Narrator) -> None:
    """Tell how a membership is an entitlement, for as long as it is paid."""
    story.chapter("A member pays and may read")
    ada = shop.sign_up()
    checkout = moves.open_checkout(
        ada, [{"plan": "membership-monthly", "quantity": 1}], ships=False
    )
    done = moves.complete(ada, checkout)
    order = ada.get(f"/orders/{done['order']['id']}")
    story.verify(f"order {order['number']} is", order["payment_status"], "paid")
    story.verify("there is nothing to ship", order["fulfilment_status"], "not_required")
    rights = wait_for("the right is granted", lambda: ada.get("/entitlements")["data"])
    story.verify("she may use", rights[0]["feature"], "membership")


def _let_time_pass(caller: Caller, clock_id: str, *, to: datetime) -> None:
    caller.post(f"/test-clocks/{clock_id}/advance", {"now": to.isoformat()}, expect=202)
    wait_for(
        "the clock arrives",
        lambda: caller.get(f"/test-clocks/{clock_id}")["status"] == "ready",
    )


def _renewed(caller: Caller, subscription_id: str, *, period_start: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        subscription: dict[str, Any] = caller.get(f"/subscriptions/{subscription_id}")
        for period in subscription["periods"][:1]:
            is_that = period["period_start"][:10] == period_start
            if is_that and period["paid_at"] and period["order"]:
                return subscription
        return None

    return wait_for(f"the period of {period_start} is paid and ordered", look)
