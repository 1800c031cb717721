"""Events: a snapshot of an object at each turn of its life, and the record of who was told."""

import time
from typing import Any

import orjson
import stripe

from sandbox.stripe.answers import check_answer
from sandbox.stripe.call import Call
from sandbox.stripe.ids import new_id
from sandbox.stripe.lists import page
from sandbox.stripe.private import public

type Body = dict[str, Any]


def emit(call: Call, event_type: str, about: Body, *, previous: Body | None = None) -> None:
    """Record that something happened, and that every endpoint listening is to be told."""
    data: Body = {"object": public(about)}
    if previous is not None:
        data["previous_attributes"] = previous
    event = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": stripe.api_version,
        "created": call.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": call.request_id, "idempotency_key": call.idempotency_key},
        "type": event_type,
    }
    if call.is_strict:
        check_answer(event)
    call.store.insert(event)
    for endpoint in call.listeners(event_type):
        _plan_delivery(call, event, endpoint)


def _plan_delivery(call: Call, event: Body, endpoint: Body) -> None:
    now = time.time()
    for delay_s in call.faults.delivery_delays_s(event["type"]):
        call.store.execute(
            "INSERT INTO deliveries (event, endpoint, due_at) VALUES (?, ?, ?)",
            (event["id"], endpoint["id"], now + delay_s),
        )


def changed(before: Body, after: Body) -> Body:
    """The `previous_attributes` of an update event: what is different now, as it was before."""
    return {
        name: value
        for name, value in public(before).items()
        if orjson.dumps(value) != orjson.dumps(after.get(name))
    }


def retrieve(call: Call) -> Body:
    event = call.fetch(call.id, kind="event", param="id", in_address=True)
    return with_pending(call, event)


def list_(call: Call) -> Body:
    conditions, values = [], []
    types = list(call.params.get("types", {})) or [call.params.get("type")]
    if types != [None]:
        # `charge.*` stands for every event about charges.
        matches = ["type GLOB ?" if name.endswith("*") else "type = ?" for name in types]
        conditions.append(f"({' OR '.join(matches)})")
        values += types
    if "delivery_success" in call.params:
        undelivered = "SELECT 1 FROM deliveries d WHERE d.event = id AND d.state != 'delivered'"
        negation = "NOT " if call.params["delivery_success"] else ""
        conditions.append(f"{negation}EXISTS ({undelivered})")
    answer = page(call, "event", extra=conditions, values=values)
    answer["data"] = [with_pending(call, event) for event in answer["data"]]
    return answer


def with_pending(call: Call, event: Body) -> Body:
    """The event with the number of endpoints that have not taken it yet."""
    count = call.store.execute(
        "SELECT count(*) FROM deliveries WHERE event = ? AND state = 'pending'", (event["id"],)
    ).fetchone()[0]
    return event | {"pending_webhooks": count}
