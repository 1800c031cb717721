"""Every state × transition of money's machines against one table of what is allowed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django_fsm import TransitionNotAllowed

from commerce.billing.checkout.models import Checkout
from commerce.billing.invoices.models import Invoice
from commerce.billing.orders.models import Order
from commerce.billing.payments.models import Attempt, Payment
from commerce.billing.refunds.models import Refund

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

PAYING = {"requires_action", "processing", "requires_capture", "unknown"}
TRYING = {"sending", *PAYING}

# Machine → transition → (states it may start from, state it leads to).
TABLE: dict[type, dict[str, tuple[set[str], str]]] = {
    Checkout: {
        "complete": ({"open"}, "completed"),
        "expire": ({"open"}, "expired"),
    },
    Order: {
        "mark_paid": ({"placed"}, "paid"),
        "mark_partially_fulfilled": ({"paid", "partially_fulfilled"}, "partially_fulfilled"),
        "mark_fulfilled": ({"paid", "partially_fulfilled"}, "fulfilled"),
        "cancel": ({"placed", "paid"}, "canceled"),
    },
    Invoice: {
        "finalize": ({"draft"}, "open"),
        "mark_paid": ({"open", "uncollectible"}, "paid"),
        "write_off": ({"open"}, "uncollectible"),
        "void": ({"open", "uncollectible"}, "void"),
    },
    Payment: {
        "process": ({"requires_payment_method", *PAYING}, "processing"),
        "await_action": (PAYING, "requires_action"),
        "authorize": (PAYING, "requires_capture"),
        "lose_track": (PAYING, "unknown"),
        "await_payment_method": (PAYING, "requires_payment_method"),
        "settle": (
            {"requires_payment_method", *PAYING, "succeeded", "canceled"},
            "succeeded",
        ),
        "cancel": (
            {"requires_payment_method", *PAYING} - {"unknown"},
            "canceled",
        ),
    },
    Attempt: {
        "await_action": (TRYING - {"requires_capture"}, "requires_action"),
        "process": (TRYING - {"requires_capture"}, "processing"),
        "authorize": (TRYING, "requires_capture"),
        "lose_track": (TRYING, "unknown"),
        "settle": ({*TRYING, "declined", "canceled"}, "succeeded"),
        "decline": (TRYING, "declined"),
        "cancel": (TRYING, "canceled"),
    },
    Refund: {
        "wait": ({"sending", "pending", "unknown"}, "pending"),
        "lose_track": ({"sending", "pending", "unknown"}, "unknown"),
        "settle": ({"sending", "pending", "unknown"}, "succeeded"),
        "fail": ({"sending", "pending", "unknown", "succeeded"}, "failed"),
    },
}

ARGUMENTS: dict[tuple[type, str], dict[str, Any]] = {
    (Checkout, "complete"): {"at": NOON},
    (Order, "mark_paid"): {"at": NOON},
    (Order, "mark_fulfilled"): {"at": NOON},
    (Order, "cancel"): {"at": NOON, "reason": "customer"},
    (Invoice, "finalize"): {"number": "INV-1", "at": NOON},
    (Invoice, "mark_paid"): {"at": NOON},
    (Invoice, "void"): {"at": NOON},
    (Payment, "settle"): {"captured_minor": 1, "at": NOON},
    (Attempt, "await_action"): {"next_action": {}},
    (Attempt, "settle"): {"at": NOON},
    (Attempt, "decline"): {"decline_code": "generic_decline", "at": NOON},
    (Attempt, "cancel"): {"at": NOON},
    (Refund, "settle"): {"at": NOON},
    (Refund, "fail"): {"failure_reason": "lost", "at": NOON},
}

EVERY = [
    (model, state, transition)
    for model, transitions in TABLE.items()
    for state in model.Status.values
    for transition in transitions
]


@pytest.mark.parametrize(
    ("model", "state", "transition"),
    EVERY,
    ids=[f"{model.__name__}.{state}-{transition}" for model, state, transition in EVERY],
)
def test_every_pair_is_allowed_or_refused_as_the_table_says(model, state, transition):
    row = model(**_amounts(model))
    row.__dict__["status"] = state
    sources, target = TABLE[model][transition]
    change = getattr(row, transition)
    arguments = ARGUMENTS.get((model, transition), {})

    if state in sources:
        change(**arguments)
        assert row.status == target
    else:
        with pytest.raises(TransitionNotAllowed):
            change(**arguments)
        assert row.status == state


@pytest.mark.parametrize("model", TABLE, ids=lambda model: model.__name__)
def test_the_table_knows_every_transition(model):
    field = model._meta.get_field("status")

    assert set(TABLE[model]) == {t.name for t in field.get_all_transitions(model)}


@pytest.mark.parametrize("model", TABLE, ids=lambda model: model.__name__)
def test_a_state_cannot_be_set_by_hand(model):
    row = model()

    with pytest.raises(AttributeError, match="not allowed"):
        row.status = model.Status.values[-1]


def test_what_is_over_is_over():
    """A voided or canceled thing moves no more, except for money that moved against all odds."""
    ended = {
        model: {
            state
            for state in model.Status.values
            if not any(state in sources for sources, _ in transitions.values())
        }
        for model, transitions in TABLE.items()
    }

    assert ended == {
        Checkout: {"completed", "expired"},
        Order: {"fulfilled", "canceled"},
        Invoice: {"paid", "void"},
        Payment: set(),
        Attempt: {"succeeded"},
        Refund: {"failed"},
    }


def _amounts(model):
    return {"total_minor": 5, "credited_minor": 0} if model is Invoice else {}
