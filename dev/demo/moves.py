"""What customers, clerks, banks and carriers do, each as one function over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from dev.demo.client import ANSWERS_WITHIN_S, Caller, insist, judged, wait_for
from dev.witness import read_journal

ADDRESS = {
    "name": "Ada L.",
    "line1": "1 Main St",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97201",
    "country": "US",
}
PAYS = "pm_card_visa"
DECLINED = "pm_card_visa_chargeDeclinedInsufficientFunds"
ASKS_BANK = "pm_card_authenticationRequired"
CURRENCY = "USD"
RETURNS_TO = "us-east"

type Line = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The running shop as `run.json` describes it, and who may act in it."""

    facts: Mapping[str, Any]

    @property
    def guest(self) -> Caller:
        return Caller(self.facts["api"])

    @property
    def staff(self) -> Caller:
        return Caller(self.facts["api"], token=self.facts["staff"]["token"])

    def sign_up(self) -> Caller:
        """Make an account of its own for one story."""
        login = {
            "email": f"ada.{uuid.uuid4().hex[:12]}@example.com",
            "password": uuid.uuid4().hex,
        }
        answer = insist(
            lambda: self.guest.request("POST", "/auth/register", expect=None, json=login)
        )
        if answer.status_code == requests.codes.conflict:
            # The account was made, and the answer that said so was lost.
            account = self.guest.post("/auth/login", login)
        else:
            account = judged(answer, expect=201)
        return Caller(self.facts["api"], token=account["token"])

    def stripe(self, method: str, path: str, body: object = None) -> Any:
        return _control(self.facts["stripe"]["base"], method, path, body)

    def carrier(self, method: str, path: str, body: object = None) -> Any:
        return _control(self.facts["carrier"]["base"], method, path, body)

    def journal(self) -> list[dict[str, Any]]:
        """Read what the provider wrote down about money that really moved."""
        return read_journal(Path(self.facts["stripe"]["journal"]))


def _control(base: str, method: str, path: str, body: Any) -> Any:
    answer = requests.request(
        method, f"{base}/_sandbox/{path}", json=body, timeout=ANSWERS_WITHIN_S
    )
    answer.raise_for_status()
    return answer.json()


# A customer.


def find_products(caller: Caller, *, count: int = 1, text: str = "") -> list[dict[str, Any]]:
    """Browse what is in stock; a shop that has just opened is still filling its shelves."""
    query: dict[str, object] = {"filter[availability]": "in_stock", "limit": count}
    if text:
        query["q"] = text
    found: list[dict[str, Any]] = wait_for(
        "something is in stock", lambda: caller.get("/products", query)["data"]
    )
    return found


def open_checkout(
    caller: Caller, lines: Sequence[Line], *, ships: bool = True, **more: object
) -> dict[str, Any]:
    """Fill a checkout; a guest gets its secret with it."""
    body: dict[str, object] = {"currency": CURRENCY, "email": "ada@example.com", "lines": lines}
    if ships:
        body |= {"shipping_address": ADDRESS, "delivery_option": "standard"}
    opened: dict[str, Any] = caller.post("/checkouts", body | more, expect=201)
    return opened


def buyer_of(caller: Caller, checkout: Mapping[str, Any]) -> Caller:
    """Give the one who may go on with a checkout: the account, or the guest with its secret."""
    return caller if caller.token else caller.as_guest(checkout["client_secret"])


def complete(
    caller: Caller,
    checkout: Mapping[str, Any],
    *,
    card: str = PAYS,
    expect: int | None = 201,
    key: str | None = None,
) -> Any:
    """Say yes to a checkout; where the bank's answer is on its way, wait for it and ask again.

    Raises:
        Unexpected: another status than `expect` (None takes the first, and gives the response).
    """
    body = {"payment_method": card, "expected_total": checkout["totals"]["total"]}
    buyer = buyer_of(caller, checkout)

    def say_yes(key: str) -> requests.Response:
        answer: requests.Response = buyer.request(
            "POST",
            f"/checkouts/{checkout['id']}/complete",
            expect=None,
            json=body,
            headers={"Idempotency-Key": key},
        )
        return answer

    def decided() -> requests.Response | None:
        again = str(uuid.uuid4())
        answer = insist(lambda: say_yes(again))
        is_open = answer.status_code == requests.codes.accepted
        return None if is_open and answer.json()["status"] == "processing" else answer

    key = key or str(uuid.uuid4())
    if expect is None:
        return say_yes(key)
    answer = insist(lambda: say_yes(key), until=expect)
    if answer.status_code == requests.codes.accepted and answer.json()["status"] == "processing":
        answer = wait_for("the bank's answer arrives", decided)
    return judged(answer, expect=expect)


def wait_for_order(
    caller: Caller, order_id: str, *, what: str, until: Callable[[dict[str, Any]], object]
) -> dict[str, Any]:
    """Read an order again and again until it is as expected."""

    def look() -> dict[str, Any] | None:
        order: dict[str, Any] = caller.get(f"/orders/{order_id}")
        return order if until(order) else None

    return wait_for(what, look)


# A merchandiser.


def put_on_sale(staff: Caller, sku: str, *, title: str, minor: int, **variant: object) -> None:
    """Describe a product of one variant, price it and publish it."""
    slug = sku.lower()
    body = {"slug": slug, "title": title, "variants": [{"sku": sku, **variant}]}
    answer = insist(lambda: staff.request("POST", "/products", expect=None, json=body))
    if answer.status_code == requests.codes.conflict:
        # It was made, and the answer that said so was lost.
        product = staff.get(f"/products/{slug}")
    else:
        product = judged(answer, expect=201)
    price = {"amount": minor, "currency": CURRENCY}
    staff.post(f"/products/{product['id']}/prices", {"sku": sku, "price": price}, expect=201)
    staff.post(f"/products/{product['id']}/publish")


# A warehouse clerk and the carrier.


def pack(staff: Caller, order_id: str) -> list[dict[str, Any]]:
    """Pack everything of an order, one parcel for each warehouse that has some of it."""
    fulfilment_order = wait_for(
        "the warehouse hears of the order", lambda: _fulfilment_order(staff, order_id)
    )
    places = {
        allocation["location"]
        for line in fulfilment_order["lines"]
        for allocation in line["allocations"]
        if allocation["open"]
    }
    return [
        staff.post(
            "/shipments",
            {"fulfilment_order": fulfilment_order["id"], "location": place, "weight_g": 900},
            expect=201,
        )
        for place in sorted(places)
    ]


def _fulfilment_order(staff: Caller, order_id: str) -> dict[str, Any] | None:
    found = staff.get("/fulfilment-orders", {"filter[order]": order_id})["data"]
    return found[0] if found else None


def dispatch(staff: Caller, shipment: Mapping[str, Any]) -> dict[str, Any]:
    """Hand a parcel over; its label is there once the carrier has answered."""
    labeled = wait_for("the parcel has its label", lambda: _labeled(staff, shipment["id"]))
    sent: dict[str, Any] = staff.post(f"/shipments/{labeled['id']}/dispatch")
    return sent


def _labeled(staff: Caller, shipment_id: str) -> dict[str, Any] | None:
    shipment: dict[str, Any] = staff.get(f"/shipments/{shipment_id}")
    return shipment if shipment["tracking_number"] else None


def deliver(shop: Shop, shipment: Mapping[str, Any]) -> None:
    """Let the carrier hand the parcel to the customer."""
    shop.carrier("POST", f"shipments/{shipment['tracking_number']}/advance", {"to": "delivered"})


def send_back(
    shop: Shop, caller: Caller, order: Mapping[str, Any], *, units: Mapping[str, int]
) -> dict[str, Any]:
    """Ask for a return, and let the warehouse approve it and take it in."""
    asked = caller.post(
        "/returns",
        {
            "order": order["id"],
            "lines": [{"line": line, "quantity": quantity} for line, quantity in units.items()],
            "reason": "does not fit",
        },
        expect=201,
    )
    shop.staff.post(f"/returns/{asked['id']}/approve")
    received: dict[str, Any] = shop.staff.post(
        f"/returns/{asked['id']}/receive",
        {
            "location": RETURNS_TO,
            "lines": [{"line": line, "restocked": quantity} for line, quantity in units.items()],
        },
    )
    return received


# A bank.


def authenticate(shop: Shop, provider_id: str, *, outcome: str = "succeed") -> None:
    """Go through the bank's page."""
    shop.stripe("POST", f"payment_intents/{provider_id}/authenticate", {"outcome": outcome})


# The stock room.


def coupon_for_the_first(shop: Shop, *, uses: int) -> tuple[str, str]:
    """Make a code that takes a tenth off so many orders; gives it, and the promotion's id."""
    code = f"FIRST-{uuid.uuid4().hex[:12]}".upper()
    promotion = shop.staff.post(
        "/promotions",
        {
            "title": "For the first",
            "lane": "order",
            "terms": {"effect": "percent", "percent": "10"},
            "needs_code": True,
            "limit_total": uses,
        },
        expect=201,
    )["id"]
    shop.staff.post(f"/promotions/{promotion}/coupons", {"codes": [code]}, expect=201)
    shop.staff.request(
        "POST", f"/promotions/{promotion}/activate", expect=200, headers={"If-Match": "*"}
    )
    return code, promotion


def stock_exactly(shop: Shop, *, units: int) -> str:
    """Find a product and bring it to exactly so many available units, at one warehouse."""
    product = find_products(shop.guest, count=100)[-1]
    sku: str = product["skus"][0]
    levels = shop.staff.get("/stock-levels", {"filter[sku]": sku})["data"]
    for position, level in enumerate(levels):
        wanted = units if position == 0 else 0
        if change := wanted - level["available"]:
            shop.staff.post(
                "/stock-movements",
                {
                    "sku": sku,
                    "location": level["location"],
                    "quantity": change,
                    "reason": "found" if change > 0 else "lost",
                },
                expect=201,
            )
    return sku
