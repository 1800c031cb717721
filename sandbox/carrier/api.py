"""The carrier's HTTP API: what a shop may ask for. README.md is the contract."""

from sandbox.carrier.fields import Fields
from sandbox.carrier.http_messages import Answer, Request
from sandbox.carrier.problems import Invalid
from sandbox.carrier.rates import MAX_WEIGHT_G, SERVICES, quote
from sandbox.carrier.shipments import Shipments
from sandbox.carrier.store import Body

# Heavier than any parcel, so that "too heavy" and "nonsense" stay two answers.
NONSENSE_WEIGHT_G = 100 * MAX_WEIGHT_G
LONGEST_SIDE_MM = 3_000


class Api:
    def __init__(self, shipments: Shipments) -> None:
        self._shipments = shipments

    def quote_rates(self, request: Request) -> Answer:
        """POST /v1/rates: what a parcel would cost."""
        fields = Fields(request.json())
        origin = fields.nested("from").country("country")
        destination = fields.nested("to").country("country")
        parcel = _read_parcel(fields.nested("parcel"))
        fields.finish()
        rates = quote(origin=origin, destination=destination, weight_g=parcel["weight_g"])
        return Answer(body={"rates": [rate.describe() for rate in rates]})

    def create_shipment(self, request: Request) -> Answer:
        """POST /v1/shipments: buy a label."""
        fields = Fields(request.json())
        wish: Body = {
            "reference": fields.text("reference"),
            "service": fields.choice("service", SERVICES),
            "from": _read_address(fields.nested("from")),
            "to": _read_address(fields.nested("to")),
            "parcel": _read_parcel(fields.nested("parcel")),
        }
        fields.finish()
        shipment, is_new = self._shipments.create(wish, now=request.received_at)
        if is_new:
            return Answer(status=201, body=shipment)
        return Answer(body=shipment, headers={"Idempotent-Replayed": "true"})

    def find_shipments(self, request: Request) -> Answer:
        """GET /v1/shipments?reference=: the shipment of a reference, in a list of one or none."""
        if set(request.query) != {"reference"}:
            raise Invalid("Shipments are found by their reference, and by nothing else.")
        return Answer(body={"data": self._shipments.find(reference=request.query["reference"])})

    def get_shipment(self, request: Request) -> Answer:
        """GET /v1/shipments/{tracking_number}: where a parcel is."""
        return Answer(body=self._shipments.get(request.names["tracking_number"]))

    def cancel_shipment(self, request: Request) -> Answer:
        """POST /v1/shipments/{tracking_number}/cancel: give an unused label back."""
        Fields(request.json_or_empty()).finish()
        number = request.names["tracking_number"]
        return Answer(body=self._shipments.cancel(number, now=request.received_at))


def _read_address(fields: Fields) -> Body:
    return {
        "name": fields.text("name"),
        "line1": fields.text("line1"),
        "line2": fields.optional_text("line2"),
        "city": fields.text("city"),
        "region": fields.optional_text("region"),
        "postal_code": fields.optional_text("postal_code", at_most=20),
        "country": fields.country("country"),
    }


def _read_parcel(fields: Fields) -> Body:
    return {
        "weight_g": fields.integer("weight_g", at_most=NONSENSE_WEIGHT_G),
        "length_mm": fields.optional_integer("length_mm", at_most=LONGEST_SIDE_MM),
        "width_mm": fields.optional_integer("width_mm", at_most=LONGEST_SIDE_MM),
        "height_mm": fields.optional_integer("height_mm", at_most=LONGEST_SIDE_MM),
    }
