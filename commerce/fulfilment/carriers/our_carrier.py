"""Which carrier the shop ships with."""

from __future__ import annotations

from django.conf import settings

from commerce.fulfilment.carriers.gateway import CarrierGateway, CarrierUnavailable
from commerce.fulfilment.carriers.http_carrier import HttpCarrier


def our_carrier() -> CarrierGateway:
    """Give the carrier that the environment names.

    Raises:
        CarrierUnavailable: it names none.
    """
    if not settings.CARRIER_API_BASE:
        raise CarrierUnavailable("CARRIER_API_BASE is not set")
    return HttpCarrier(
        base_url=settings.CARRIER_API_BASE.rstrip("/"), api_key=settings.CARRIER_API_KEY
    )
