"""The control room: scans parcels, makes trouble, and shows what happened. No key needed."""

from datetime import timedelta

from sandbox.carrier.faults import Fault, Faults
from sandbox.carrier.fields import Fields
from sandbox.carrier.http_messages import Answer, Request
from sandbox.carrier.problems import Invalid, NotFound
from sandbox.carrier.shipments import STATUSES, Shipments
from sandbox.carrier.store import Store
from sandbox.carrier.webhooks import Dispatcher

MAX_ROW_DIGITS = 18


class Control:
    def __init__(
        self,
        store: Store,
        *,
        shipments: Shipments,
        faults: Faults,
        dispatcher: Dispatcher | None,
    ) -> None:
        self._store, self._shipments, self._faults = store, shipments, faults
        self._dispatcher = dispatcher

    def health(self, request: Request) -> Answer:
        """GET /_sandbox/health: whether the carrier is up, and what it holds."""
        rows = self._store.query(
            "SELECT (SELECT count(*) FROM shipments),"
            " (SELECT count(*) FROM deliveries WHERE state = 'pending')"
        )
        shipments, pending = rows[0]
        return Answer(body={"status": "ok", "shipments": shipments, "pending_webhooks": pending})

    def advance(self, request: Request) -> Answer:
        """POST /_sandbox/shipments/{tracking_number}/advance: scan a parcel."""
        fields = Fields(request.json_or_empty())
        to = fields.optional_choice("to", STATUSES)
        location = fields.optional_text("location")
        description = fields.optional_text("description", at_most=300)
        fields.finish()
        shipment = self._shipments.advance(
            request.names["tracking_number"],
            to=to,
            location=location,
            description=description,
            now=request.received_at,
        )
        return Answer(body=shipment)

    def list_faults(self, request: Request) -> Answer:
        """GET /_sandbox/faults: the troubles in force."""
        return Answer(body={"data": self._faults.describe()})

    def add_fault(self, request: Request) -> Answer:
        """POST /_sandbox/faults: make trouble."""
        return Answer(status=201, body=self._faults.add(Fault.read(request.json())))

    def remove_faults(self, request: Request) -> Answer:
        """DELETE /_sandbox/faults: lift all troubles."""
        self._faults.remove()
        return Answer(body={"data": []})

    def remove_fault(self, request: Request) -> Answer:
        """DELETE /_sandbox/faults/{id}: lift one trouble."""
        seq = _row_number(request.names["id"])
        if seq is None:
            raise NotFound(f"There is no fault {request.names['id']}.")
        self._faults.remove(seq)
        return Answer(body={"data": self._faults.describe()})

    def journal(self, request: Request) -> Answer:
        """GET /_sandbox/journal?after=: what was bought, given back and scanned."""
        after = _row_number(request.query.get("after", "0"))
        if after is None:
            raise Invalid("`after` is the `seq` of a line.")
        return Answer(body={"data": self._store.journal(after=after)})

    def deliveries(self, request: Request) -> Answer:
        """GET /_sandbox/deliveries: what became of each webhook."""
        rows = self._store.query(
            "SELECT event, tracking_number, state, tries, answer FROM deliveries ORDER BY seq"
        )
        names = ("event", "tracking_number", "state", "tries", "answer")
        return Answer(body={"data": [dict(zip(names, row, strict=True)) for row in rows]})

    def redeliver(self, request: Request) -> Answer:
        """POST /_sandbox/deliveries/redeliver: whatever the shop has not taken is due now."""
        now = request.received_at - timedelta(seconds=1)
        rows = self._store.query(
            "UPDATE deliveries SET state = 'pending', due_at = ?, tries = 0"
            " WHERE state != 'delivered' RETURNING seq",
            (now.timestamp(),),
        )
        return Answer(body={"due": len(rows)})

    def reset(self, request: Request) -> Answer:
        """POST /_sandbox/reset: forget everything."""
        self._store.clear()
        if self._dispatcher:
            # Once this is answered, no webhook of the past arrives any more.
            self._dispatcher.settle()
        return Answer(body={"status": "ok"})


def _row_number(text: str) -> int | None:
    """Read a row number; None for what SQLite could not hold."""
    return int(text) if text.isdecimal() and len(text) <= MAX_ROW_DIGITS else None
