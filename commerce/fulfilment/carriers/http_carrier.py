"""The carrier over HTTP. Its contract: sandbox/carrier/README.md."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import requests
import structlog

from commerce.fulfilment.carriers.gateway import (
    CarrierRefused,
    CarrierUnavailable,
    Label,
    LabelOrder,
)
from commerce.fulfilment.interface.dto import Address
from commerce.shared import codec
from commerce.shared.correlation import CORRELATION_HEADER, current_correlation_id
from commerce.shared.db import NeighbourCalledInTransaction, in_transaction

log = structlog.get_logger(__name__)

CARRIER: Final = "sandbox"
CANCELED: Final = "canceled"
TIMEOUTS_S: Final = (2, 5)  # to connect, to answer
# Answers that are about our request; all others say nothing about whether it was carried out.
DEFINITE: Final = frozenset({400, 404, 409, 413, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _LabelData:
    format: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shipment:
    tracking_number: str
    status: str
    label: _LabelData


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shipments:
    data: list[_Shipment]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCarrier:
    """One carrier account. Every answer is checked against the types above."""

    base_url: str
    api_key: str

    def buy_label(self, order: LabelOrder) -> Label:
        shipment = self._ask(
            "POST",
            "/v1/shipments",
            _Shipment,
            json={
                "reference": order.reference,
                "service": order.service,
                "from": _address(order.sender),
                "to": _address(order.receiver),
                "parcel": {"weight_g": order.weight_g},
            },
        )
        if shipment.status == CANCELED:
            raise CarrierRefused(carrier_code=CANCELED, explanation="the label was given back")
        return Label(
            carrier=CARRIER,
            tracking_number=shipment.tracking_number,
            format=shipment.label.format,
            data=shipment.label.data,
        )

    def give_label_back(self, *, reference: str) -> None:
        found = self._ask("GET", "/v1/shipments", _Shipments, params={"reference": reference})
        for shipment in found.data:
            self._ask("POST", f"/v1/shipments/{shipment.tracking_number}/cancel", _Shipment)

    def _ask[T](self, method: str, path: str, wanted: type[T], **request: Any) -> T:
        if in_transaction():
            raise NeighbourCalledInTransaction(f"{method} {path}")
        started, outcome = time.monotonic(), "no_answer"
        try:
            response = requests.request(
                method,
                f"{self.base_url}{path}",
                headers={
                    "Authorization": f"Bearer {self.api_key}",
                    CORRELATION_HEADER: current_correlation_id(),
                },
                timeout=TIMEOUTS_S,
                allow_redirects=False,
                **request,
            )
            outcome = str(response.status_code)
            answer = response.json()
        except requests.RequestException as failure:
            raise CarrierUnavailable(f"no answer: {type(failure).__name__}") from failure
        finally:
            # The correlation id comes with the context.
            log.info(
                "fulfilment.carrier.called",
                call=f"{method} {path}",
                outcome=outcome,
                duration_ms=round((time.monotonic() - started) * 1000, 1),
            )
        try:
            if response.status_code in DEFINITE:
                problem = codec.from_plain(_Problem, answer)
                raise CarrierRefused(carrier_code=problem.code, explanation=problem.detail)
            if response.status_code not in (HTTPStatus.OK, HTTPStatus.CREATED):
                raise CarrierUnavailable(f"answered {response.status_code}")
            return codec.from_plain(wanted, answer)
        except codec.DecodeError as failure:
            raise CarrierUnavailable(f"answered what nobody can read: {failure}") from failure


def _address(address: Address) -> dict[str, str | None]:
    """The carrier takes null, but no empty text, for what an address does not have."""
    return {
        "name": address.name,
        "line1": address.line1,
        "line2": address.line2 or None,
        "city": address.city,
        "region": address.region or None,
        "postal_code": address.postal_code or None,
        "country": address.country,
    }
