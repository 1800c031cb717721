"""A parcel's life: label → accepted → in transit → out for delivery → delivered, or astray.

Every turn is an event with the next sequence number of its parcel, so that a receiver can put
right what the network delivered in another order.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.carrier.faults import Faults
from sandbox.carrier.label import draw_label
from sandbox.carrier.problems import (
    InvalidTrackingNumber,
    NotCancelable,
    NotFound,
    NotPossibleNow,
    ReferenceReused,
)
from sandbox.carrier.rates import quote
from sandbox.carrier.store import Store
from sandbox.carrier.tracking_numbers import is_valid, tracking_number

type Body = dict[str, Any]

# What usually happens next. A parcel with an exception goes back on its way.
USUAL_NEXT: Mapping[str, str] = {
    "label_created": "accepted",
    "accepted": "in_transit",
    "in_transit": "out_for_delivery",
    "out_for_delivery": "delivered",
    "exception": "in_transit",
}

# What may happen besides.
ALSO_POSSIBLE: Mapping[str, frozenset[str]] = {
    "label_created": frozenset({"canceled"}),
    "accepted": frozenset({"exception", "lost"}),
    "in_transit": frozenset({"exception", "lost"}),
    "out_for_delivery": frozenset({"exception", "lost"}),
    "exception": frozenset({"out_for_delivery", "lost"}),
}

DESCRIPTIONS: Mapping[str, str] = {
    "label_created": "The label was printed; the parcel is not with us yet.",
    "accepted": "We have taken over the parcel.",
    "in_transit": "The parcel is on its way.",
    "out_for_delivery": "The parcel is out for delivery.",
    "delivered": "The parcel was delivered.",
    "exception": "The parcel is held up.",
    "lost": "The parcel is lost.",
    "canceled": "The label was canceled.",
}
STATUSES = tuple(DESCRIPTIONS)


class Shipments:
    """The parcels of one store. Each method sees and leaves a whole state."""

    def __init__(self, store: Store, *, faults: Faults) -> None:
        self._store, self._faults = store, faults

    def create(self, wish: Body, *, now: datetime) -> tuple[Body, bool]:
        """Sell a label; the second value says whether it is new.

        A repeat under the same `reference` answers the shipment as it is now.

        Raises:
            ReferenceReused: the reference was used for a different wish.
            NotServed, TooHeavy: see `rates.quote`.
        """
        fingerprint = hashlib.sha256(json.dumps(wish, sort_keys=True).encode()).hexdigest()
        reference = wish["reference"]
        with self._store.transaction():
            if existing := self._store.query(
                "SELECT fingerprint, body FROM shipments WHERE reference = ?", (reference,)
            ):
                if existing[0][0] != fingerprint:
                    raise ReferenceReused(f"{reference} was used with different details.")
                return self._with_events(json.loads(existing[0][1])), False

            rates = quote(
                origin=wish["from"]["country"],
                destination=wish["to"]["country"],
                weight_g=wish["parcel"]["weight_g"],
            )
            rate = next(rate for rate in rates if rate.service == wish["service"])
            serial = self._store.query(
                "INSERT INTO shipments (reference, fingerprint) VALUES (?, ?) RETURNING serial",
                (reference, fingerprint),
            )[0][0]
            number = tracking_number(serial)
            shipment: Body = {
                "tracking_number": number,
                "status": "label_created",
                **wish,
                "price": rate.describe()["price"],
                "label": {"format": "zpl", "data": draw_label(number, wish)},
                "estimated_delivery_date": str((now + timedelta(days=rate.max_days)).date()),
                "created_at": as_text(now),
            }
            self._save(shipment)
            self._store.note(
                "label_bought",
                at=as_text(now),
                reference=reference,
                tracking_number=number,
                price=shipment["price"],
            )
            self._record(shipment, at=now)
            return self._with_events(shipment), True

    def get(self, number: str) -> Body:
        """One shipment with its events.

        Raises:
            InvalidTrackingNumber: it cannot be a number of ours.
            NotFound: it was never given.
        """
        with self._store.alone():
            return self._with_events(self._load(number))

    def find(self, *, reference: str) -> list[Body]:
        """The shipment of a reference, if there is one: for whoever never heard the answer."""
        with self._store.alone():
            rows = self._store.query("SELECT body FROM shipments WHERE reference = ?", (reference,))
            return [self._with_events(json.loads(row[0])) for row in rows]

    def cancel(self, number: str, *, now: datetime) -> Body:
        """Give a label back that was not used. Repeating it answers the same.

        Raises:
            NotCancelable: the parcel has been handed over.
        """
        with self._store.transaction():
            shipment = self._load(number)
            if shipment["status"] == "canceled":
                return self._with_events(shipment)
            if shipment["status"] != "label_created":
                raise NotCancelable(f"{number} is {shipment['status']}.")
            shipment["status"] = "canceled"
            self._save(shipment)
            self._store.note(
                "label_canceled",
                at=as_text(now),
                reference=shipment["reference"],
                tracking_number=number,
                price=shipment["price"],
            )
            self._record(shipment, at=now)
            return self._with_events(shipment)

    def advance(
        self,
        number: str,
        *,
        to: str | None,
        location: str | None,
        description: str | None,
        now: datetime,
    ) -> Body:
        """Scan a parcel: one turn further, or every usual turn up to `to`.

        `location` and `description` belong to the last of these turns.

        Raises:
            NotPossibleNow: no way leads from where the parcel is to `to`.
        """
        with self._store.transaction():
            shipment = self._load(number)
            way = way_between(shipment["status"], to)
            if way is None:
                raise NotPossibleNow(f"{number} is {shipment['status']}.")
            for status in way:
                shipment["status"] = status
                is_last = status == way[-1]
                self._store.note("scanned", at=as_text(now), tracking_number=number, status=status)
                self._record(
                    shipment,
                    at=now,
                    location=location if is_last else None,
                    description=description if is_last else None,
                )
            self._save(shipment)
            return self._with_events(shipment)

    def _load(self, number: str) -> Body:
        if not is_valid(number):
            raise InvalidTrackingNumber(f"{number} is no tracking number of this carrier.")
        rows = self._store.query("SELECT body FROM shipments WHERE tracking_number = ?", (number,))
        if not rows:
            raise NotFound(f"There is no parcel {number}.")
        shipment: Body = json.loads(rows[0][0])
        return shipment

    def _save(self, shipment: Body) -> None:
        self._store.query(
            "UPDATE shipments SET tracking_number = ?, status = ?, body = ? WHERE reference = ?",
            (
                shipment["tracking_number"],
                shipment["status"],
                json.dumps(shipment),
                shipment["reference"],
            ),
        )

    def _record(
        self,
        shipment: Body,
        *,
        at: datetime,
        location: str | None = None,
        description: str | None = None,
    ) -> None:
        """Add an event for the status just reached, and the webhooks that tell of it."""
        number, status = shipment["tracking_number"], shipment["status"]
        sequence = self._store.query(
            "SELECT count(*) + 1 FROM events WHERE tracking_number = ?", (number,)
        )[0][0]
        event = {
            "id": f"evt_{uuid.uuid4().hex}",
            "sequence": sequence,
            "status": status,
            "description": description or DESCRIPTIONS[status],
            "location": location,
            "occurred_at": as_text(at),
        }
        self._store.query(
            "INSERT INTO events (id, tracking_number, sequence, body) VALUES (?, ?, ?, ?)",
            (event["id"], number, sequence, json.dumps(event)),
        )
        for delay_s in self._faults.delivery_delays_s(status):
            self._store.query(
                "INSERT INTO deliveries (event, tracking_number, due_at) VALUES (?, ?, ?)",
                (event["id"], number, at.timestamp() + delay_s),
            )

    def _with_events(self, shipment: Body) -> Body:
        rows = self._store.query(
            "SELECT body FROM events WHERE tracking_number = ? ORDER BY sequence",
            (shipment["tracking_number"],),
        )
        return shipment | {"events": [json.loads(row[0]) for row in rows]}


def way_between(status: str, to: str | None) -> list[str] | None:
    """The turns a parcel takes from one status to another; None if it cannot get there.

    Without `to`, the one usual next turn.
    """
    if to is not None and to in ALSO_POSSIBLE.get(status, ()):
        return [to]
    way: list[str] = []
    here = status
    while here in USUAL_NEXT and USUAL_NEXT[here] not in way:
        here = USUAL_NEXT[here]
        way.append(here)
        if to in (None, here):
            return way
    return None


def as_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
