"""What leaves the house says which story it belongs to: to the payment provider and to the carrier."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from commerce.billing.payments.gateway import ProviderUnknown
from commerce.billing.payments.stripe_gateway import StripeGateway
from commerce.fulfilment.carriers.gateway import CarrierUnavailable
from commerce.fulfilment.carriers.http_carrier import HttpCarrier
from commerce.shared.correlation import CORRELATION_HEADER, correlated


@pytest.fixture
def outside():
    """Somebody who hears every request, and is out of order."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.headers.get(CORRELATION_HEADER))
            self.send_response(500)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", heard
        server.shutdown()


def test_the_provider_is_told(outside):
    base, heard = outside
    gateway = StripeGateway(secret_key="sk_test_x", webhook_secrets=("whsec_x",), api_base=base)

    with correlated("req_of_this_story"), pytest.raises(ProviderUnknown):
        gateway.retrieve_refund("re_1")

    assert heard == ["req_of_this_story"]


def test_the_carrier_is_told(outside):
    base, heard = outside

    with correlated("req_of_this_story"), pytest.raises(CarrierUnavailable):
        HttpCarrier(base_url=base, api_key="key").give_label_back(reference="ship_1")

    assert heard == ["req_of_this_story"]
