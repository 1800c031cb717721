"""Customers: who pays, and with what by default."""

from typing import Any

from sandbox.stripe import metadata, searches
from sandbox.stripe.call import Call
from sandbox.stripe.errors import NoSuchObject, NotSimulated
from sandbox.stripe.events import changed, emit
from sandbox.stripe.ids import new_id
from sandbox.stripe.lists import page

type Body = dict[str, Any]

SETTABLE = (
    "address",
    "balance",
    "business_name",
    "description",
    "email",
    "individual_name",
    "invoice_prefix",
    "name",
    "next_invoice_sequence",
    "phone",
    "preferred_locales",
    "shipping",
    "tax_exempt",
)


def create(call: Call) -> Body:
    if "source" in call.params:
        raise NotSimulated(param="source")
    new = new_id("cus")
    customer: Body = {
        "id": new,
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": call.now,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": new[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": metadata.merged({}, call.params.get("metadata", {})),
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    _set(call, customer)
    call.store.insert(customer)
    if "payment_method" in call.params:
        # Imported here: payment methods belong to customers, who may bring their first one along.
        from sandbox.stripe.payment_methods import attach_to, resolve

        method = resolve(call, call.params["payment_method"], param="payment_method")
        attach_to(call, method, customer)
    emit(call, "customer.created", customer)
    return customer


def retrieve(call: Call) -> Body:
    body = call.store.get(call.id)
    if body is None or body["object"] != "customer":
        raise NoSuchObject(noun="customer", object_id=call.id, param="id", in_address=True)
    return body


def list_(call: Call) -> Body:
    return page(call, "customer")


def search(call: Call) -> Body:
    return searches.search(call, "customer")


def update(call: Call) -> Body:
    customer = existing(call, call.id, param="id", in_address=True)
    before = dict(customer)
    if "metadata" in call.params:
        customer["metadata"] = metadata.merged(customer["metadata"], call.params["metadata"])
        call.store.index_metadata(customer)
    _set(call, customer)
    call.store.save(customer)
    emit(call, "customer.updated", customer, previous=changed(before, customer))
    return customer


def delete(call: Call) -> Body:
    customer = existing(call, call.id, param="id", in_address=True)
    for method in call.store.find_all("payment_method", customer=customer["id"]):
        call.store.save(method | {"customer": None, "_is_spent": True})
    call.store.index_metadata(customer | {"metadata": {}})
    # The row stays, so that the id answers `deleted`; its kind keeps it out of every list.
    gone = {"id": customer["id"], "object": "customer", "deleted": True}
    call.store.save(gone)
    call.store.execute(
        "UPDATE objects SET kind = 'deleted_customer' WHERE id = ?", (customer["id"],)
    )
    emit(call, "customer.deleted", customer)
    return gone


def existing(
    call: Call, customer_id: str, *, param: str = "customer", in_address: bool = False
) -> Body:
    """The customer with this id, who has not been deleted."""
    customer = call.fetch(customer_id, kind="customer", param=param, in_address=in_address)
    if customer.get("deleted"):
        raise NoSuchObject(
            noun="customer", object_id=customer_id, param=param, in_address=in_address
        )
    return customer


def _set(call: Call, customer: Body) -> None:
    for name in SETTABLE:
        if name in call.params:
            value = call.params[name]
            customer[name] = None if value == "" else value
    settings = call.params.get("invoice_settings", {})
    for name, value in settings.items():
        customer["invoice_settings"][name] = None if value == "" else value
