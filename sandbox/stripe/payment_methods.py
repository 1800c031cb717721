"""Payment methods: cards only, and only Stripe's test cards."""

import hashlib
from typing import Any

from sandbox.stripe import metadata
from sandbox.stripe.call import Call, refuse_unknown
from sandbox.stripe.customers import existing as existing_customer
from sandbox.stripe.errors import ApiError, CardError, NotSimulated
from sandbox.stripe.events import changed, emit
from sandbox.stripe.ids import new_id
from sandbox.stripe.lists import page
from sandbox.stripe.private import public
from sandbox.stripe.test_cards import TEST_CARDS, Decline, TestCard

type Body = dict[str, Any]

NO_ADDRESS = {
    "city": None,
    "country": None,
    "line1": None,
    "line2": None,
    "postal_code": None,
    "state": None,
}
NO_BILLING_DETAILS = {
    "address": NO_ADDRESS,
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}
EXPIRES_AFTER_YEARS = 4
CREATABLE = {"allow_redisplay", "billing_details", "card", "metadata", "radar_options", "type"}


def create(call: Call) -> Body:
    """A card, by one of the test tokens."""
    data = call.params
    if data.get("type") != "card":
        raise ApiError(
            f'The payment method type "{data.get("type")}" is invalid. Please ensure the provided'
            " type is activated in your dashboard (https://dashboard.stripe.com/account/payments/"
            "settings) and your account is enabled for any preview features that you are trying to"
            " use. The sandbox has cards only.",
            param="type",
        )
    for name in sorted(data.keys() - CREATABLE):
        raise NotSimulated(param=name)
    token = data.get("card", {}).get("token")
    if token is None:
        raise CardError(
            "Sending credit card numbers directly to the Stripe API is generally unsafe. To"
            " continue processing use Stripe.js, the Stripe mobile bindings, or Stripe Elements."
        )
    name = token.removeprefix("tok_")
    if name not in TEST_CARDS:
        refuse_unknown(token, kind="token", param="card[token]", in_address=False)
    method = _make(call, name)
    _set(method, data)
    method["metadata"] = metadata.merged({}, data.get("metadata", {}))
    call.store.index_metadata(method)
    call.store.save(method)
    return method


def retrieve(call: Call) -> Body:
    return resolve(call, call.id, param="payment_method", in_address=True)


def list_(call: Call) -> Body:
    if "customer" not in call.params:
        # Stripe lists those of one customer; the others are single-use and cannot be found again.
        return page(call, "payment_method", extra=["0"])
    existing_customer(call, call.params["customer"])
    return _page(call)


def list_of_customer(call: Call) -> Body:
    customer = existing_customer(call, call.id, in_address=True)
    return _page(call, customer=customer["id"])


def update(call: Call) -> Body:
    method = call.fetch(call.id, kind="payment_method", param="payment_method", in_address=True)
    if method["customer"] is None:
        raise ApiError("You must save this PaymentMethod to a customer before you can update it.")
    before = dict(method)
    if "metadata" in call.params:
        method["metadata"] = metadata.merged(method["metadata"], call.params["metadata"])
        call.store.index_metadata(method)
    _set(method, call.params)
    card = call.params.get("card", {})
    expiry = {name: card[name] for name in ("exp_month", "exp_year") if name in card}
    method["card"] = method["card"] | expiry
    call.store.save(method)
    emit(call, "payment_method.updated", method, previous=changed(before, method))
    return method


def attach(call: Call) -> Body:
    method = resolve(call, call.id, param="payment_method", in_address=True)
    customer = existing_customer(call, call.params["customer"])
    return attach_to(call, method, customer)


def detach(call: Call) -> Body:
    method = call.fetch(call.id, kind="payment_method", param="payment_method", in_address=True)
    if method["customer"] is None:
        raise ApiError(
            "The payment method you provided is not attached to a customer so detachment is"
            " impossible."
        )
    previous = {"customer": method["customer"]}
    method |= {"customer": None, "_is_spent": True}
    call.store.save(method)
    _forget_default(call, previous["customer"], method["id"])
    emit(call, "payment_method.detached", method, previous=previous)
    return method


# For the other nouns


def resolve(call: Call, method_id: str, *, param: str, in_address: bool = False) -> Body:
    """The payment method with this id; each use of a test id (`pm_card_visa`) makes a new one."""
    if method_id.startswith("pm_card_"):
        name = method_id.removeprefix("pm_card_")
        if name not in TEST_CARDS:
            refuse_unknown(method_id, kind="payment_method", param=param, in_address=in_address)
        return _make(call, name)
    return call.fetch(method_id, kind="payment_method", param=param, in_address=in_address)


def card_of(method: Body) -> TestCard:
    return TEST_CARDS[method["_card"]]


def attach_to(call: Call, method: Body, customer: Body) -> Body:
    """Keep a payment method for a customer's later payments.

    Raises:
        CardError: the bank refuses the card already when it is checked.
    """
    if method["customer"] == customer["id"]:
        return method
    if method["customer"] is not None:
        raise ApiError("The payment method you provided has already been attached to a customer.")
    if method.get("_is_spent"):
        raise ApiError(
            "This PaymentMethod was previously used without being attached to a Customer or was"
            " detached from a Customer, and may not be used again."
        )
    card = card_of(method)
    if card.decline and not card.may_be_attached:
        refusal = declined(card.decline, payment_method=public(method))
        # No attempt to pay: nothing came to be that would have to be kept.
        refusal.keeps_effects = False
        raise refusal
    method["customer"] = customer["id"]
    call.store.save(method)
    emit(call, "payment_method.attached", method)
    return method


def declined(decline: Decline, **about: Any) -> CardError:
    """A bank's no as the error that Stripe answers with."""
    param = {"expired_card": "exp_month", "incorrect_cvc": "cvc"}.get(decline.code)
    return CardError(
        decline.message,
        code=decline.code,
        decline_code=decline.decline_code,
        param=param,
        advice_code=decline.advice,
        **about,
    )


def _page(call: Call, **fixed: str) -> Body:
    conditions, values = [], []
    if "allow_redisplay" in call.params:
        conditions.append("json_extract(body, '$.allow_redisplay') = ?")
        values.append(call.params["allow_redisplay"])
    return page(call, "payment_method", extra=conditions, values=values, **fixed)


def _make(call: Call, name: str) -> Body:
    card = TEST_CARDS[name]
    this_year = 1970 + call.now // 31_556_952
    method = {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": NO_BILLING_DETAILS,
        "card": {
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": None,
            },
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": 12,
            "exp_year": this_year + EXPIRES_AFTER_YEARS,
            "fingerprint": hashlib.sha256(card.last4.encode()).hexdigest()[:16],
            "funding": card.funding,
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": call.now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
        "_card": name,
    }
    call.store.insert(method)
    return method


def _set(method: Body, data: Body) -> None:
    if "billing_details" in data:
        given = {name: value or None for name, value in data["billing_details"].items()}
        address = NO_ADDRESS | (given.pop("address", None) or {})
        method["billing_details"] = method["billing_details"] | given | {"address": address}
    if "allow_redisplay" in data:
        method["allow_redisplay"] = data["allow_redisplay"]


def _forget_default(call: Call, customer_id: str, method_id: str) -> None:
    customer = call.store.get(customer_id)
    if customer and customer["invoice_settings"]["default_payment_method"] == method_id:
        customer["invoice_settings"]["default_payment_method"] = None
        call.store.save(customer)
