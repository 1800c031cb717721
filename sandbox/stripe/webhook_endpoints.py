"""Webhook endpoints: who wants to hear of which events."""

import secrets
import time
from typing import Any

from sandbox.stripe import metadata
from sandbox.stripe.call import Call
from sandbox.stripe.ids import new_id
from sandbox.stripe.lists import page
from sandbox.stripe.store import Store

type Body = dict[str, Any]


def create(call: Call) -> Body:
    endpoint = new(
        url=call.params["url"],
        secret=f"whsec_{secrets.token_urlsafe(24)}",
        enabled_events=call.params["enabled_events"],
        now=call.now,
    )
    endpoint |= {
        "api_version": call.params.get("api_version"),
        "description": call.params.get("description"),
        "metadata": metadata.merged({}, call.params.get("metadata", {})),
    }
    call.store.insert(endpoint)
    # The only time that the secret is shown.
    return endpoint | {"secret": endpoint["_secret"]}


def retrieve(call: Call) -> Body:
    return call.fetch(call.id, kind="webhook_endpoint", param="id", in_address=True)


def list_(call: Call) -> Body:
    return page(call, "webhook_endpoint")


def update(call: Call) -> Body:
    endpoint = retrieve(call)
    for name in ("url", "enabled_events", "description"):
        if name in call.params:
            endpoint[name] = call.params[name]
    if "disabled" in call.params:
        endpoint["status"] = "disabled" if call.params["disabled"] else "enabled"
    if "metadata" in call.params:
        endpoint["metadata"] = metadata.merged(endpoint["metadata"], call.params["metadata"])
    call.store.save(endpoint)
    return endpoint


def delete(call: Call) -> Body:
    retrieve(call)
    call.store.execute("DELETE FROM objects WHERE id = ?", (call.id,))
    call.store.execute(
        "UPDATE deliveries SET state = 'abandoned' WHERE endpoint = ? AND state = 'pending'",
        (call.id,),
    )
    return {"id": call.id, "object": "webhook_endpoint", "deleted": True}


def new(*, url: str, secret: str, enabled_events: list[str], now: int) -> Body:
    return {
        "id": new_id("we"),
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": now,
        "description": None,
        "enabled_events": enabled_events,
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
        "_secret": secret,
    }


def configure(store: Store, *, url: str | None, secret: str | None) -> None:
    """Make the endpoint of the command line be there, and be only one, however often we start."""
    with store.transaction():
        old = store.get(store.settings().get("configured_endpoint", ""))
        if url is None or secret is None:
            if old is not None:
                store.save(old | {"status": "disabled"})
        elif old is not None:
            store.save(old | {"url": url, "_secret": secret, "status": "enabled"})
        else:
            endpoint = new(url=url, secret=secret, enabled_events=["*"], now=int(time.time()))
            store.insert(endpoint)
            store.set("configured_endpoint", endpoint["id"])
