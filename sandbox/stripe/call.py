"""One request while it is being answered: what was asked, and what its endpoint may use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sandbox.stripe.errors import NoSuchObject
from sandbox.stripe.faults import Faults
from sandbox.stripe.store import Store

type Body = dict[str, Any]

# What Stripe's messages call a kind, where it is not the kind's own name.
NOUNS = {
    "balance_transaction": "balance transaction",
    "payment_method": "PaymentMethod",
    "setup_intent": "setupintent",
}


@dataclass(slots=True, kw_only=True)
class Call:
    store: Store
    faults: Faults
    now: int
    base: str
    request_id: str
    idempotency_key: str | None = None
    path: str = ""
    # The id in the address, `pi_…` in /v1/payment_intents/pi_…/confirm.
    id: str = ""
    params: Body = field(default_factory=dict)
    is_strict: bool = False
    afterwards: list[Callable[[], object]] = field(default_factory=list)
    """What the bank does a moment later: run once the answer is fixed, in the same transaction."""

    _endpoints: list[Body] | None = None

    def listeners(self, event_type: str) -> list[Body]:
        """The webhook endpoints that want to hear of this."""
        if self._endpoints is None:
            self._endpoints = self.store.find_all("webhook_endpoint", status="enabled")
        return [x for x in self._endpoints if {"*", event_type} & {*x["enabled_events"]}]

    def fetch(self, object_id: str, *, kind: str, param: str, in_address: bool = False) -> Body:
        """The object with this id.

        Raises:
            NoSuchObject: there is none of this kind.
        """
        body = self.store.get(object_id)
        if body is None or body["object"] != kind:
            refuse_unknown(object_id, kind=kind, param=param, in_address=in_address)
        return body


def refuse_unknown(object_id: str, *, kind: str, param: str, in_address: bool) -> NoReturn:
    noun = NOUNS.get(kind, kind)
    raise NoSuchObject(noun=noun, object_id=object_id, param=param, in_address=in_address)
