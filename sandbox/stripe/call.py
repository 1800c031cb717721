"""One request while it is being answered: what was asked, and what its endpoint may use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sandbox.stripe.errors import NoSuchObject
from sandbox.stripe.faults import Faults
from sandbox.stripe.store import Store

type Body = dict[str, Any]


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
    afterwards: list[Callable[[], object]] = field(default_factory=list)
    """What the bank does a moment later: run once the answer is fixed, in the same transaction."""

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
    noun = "PaymentMethod" if kind == "payment_method" else kind
    raise NoSuchObject(noun=noun, object_id=object_id, param=param, in_address=in_address)
