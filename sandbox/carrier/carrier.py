"""The whole carrier behind one function: a request in, an answer or a cut connection out."""

import hmac
import re
import time
from collections.abc import Callable
from dataclasses import replace

from sandbox.carrier.api import Api
from sandbox.carrier.control import Control
from sandbox.carrier.faults import Faults
from sandbox.carrier.http_messages import Answer, Request
from sandbox.carrier.problems import (
    InternalFailure,
    MethodNotAllowed,
    NotFound,
    Problem,
    Unauthorized,
)
from sandbox.carrier.shipments import Shipments
from sandbox.carrier.store import Store
from sandbox.carrier.webhooks import Dispatcher

CONTROL = "/_sandbox/"


class ConnectionCut(Exception):
    """The connection closes without an answer."""


class Carrier:
    """Finds the endpoint, guards it, and lets troubles happen around it."""

    def __init__(self, store: Store, *, api_key: str, dispatcher: Dispatcher | None) -> None:
        self._faults = Faults(store)
        self._dispatcher = dispatcher
        self._authorization = f"Bearer {api_key}".encode()
        shipments = Shipments(store, faults=self._faults)
        api = Api(shipments)
        control = Control(store, shipments=shipments, faults=self._faults, dispatcher=dispatcher)
        self._routes: list[tuple[str, re.Pattern[str], Callable[[Request], Answer]]] = [
            (method, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)), endpoint)
            for method, path, endpoint in (
                ("POST", "/v1/rates", api.quote_rates),
                ("POST", "/v1/shipments", api.create_shipment),
                ("GET", "/v1/shipments", api.find_shipments),
                ("GET", "/v1/shipments/{tracking_number}", api.get_shipment),
                ("POST", "/v1/shipments/{tracking_number}/cancel", api.cancel_shipment),
                ("GET", "/_sandbox/health", control.health),
                ("POST", "/_sandbox/shipments/{tracking_number}/advance", control.advance),
                ("GET", "/_sandbox/faults", control.list_faults),
                ("POST", "/_sandbox/faults", control.add_fault),
                ("DELETE", "/_sandbox/faults", control.remove_faults),
                ("DELETE", "/_sandbox/faults/{id}", control.remove_fault),
                ("GET", "/_sandbox/journal", control.journal),
                ("GET", "/_sandbox/deliveries", control.deliveries),
                ("POST", "/_sandbox/deliveries/redeliver", control.redeliver),
                ("POST", "/_sandbox/reset", control.reset),
            )
        ]

    def answer(self, request: Request) -> Answer:
        """Carry out a request.

        Raises:
            ConnectionCut: a fault wants the connection closed instead.
        """
        try:
            if request.path.startswith(CONTROL):
                return self._execute(request)
            return self._execute_among_faults(request)
        except Problem as problem:
            return as_answer(problem)
        finally:
            # Whatever the request was, webhooks may be due; looking costs next to nothing.
            if self._dispatcher is not None and request.method != "GET":
                self._dispatcher.ring()

    def _execute_among_faults(self, request: Request) -> Answer:
        place = {"method": request.method, "path": request.path}
        if not self._is_authorized(request):
            raise Unauthorized(
                "Send the API key as `Authorization: Bearer …`.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if late := self._faults.strike("latency", **place):
            time.sleep(late[0].seconds)
        if self._faults.strike("cut_before_commit", **place):
            raise ConnectionCut
        if self._faults.strike("error_before_commit", **place):
            raise InternalFailure("Nothing was done.")
        answer = self._execute(request)
        if self._faults.strike("cut_after_commit", **place):
            raise ConnectionCut
        if self._faults.strike("error_after_commit", **place):
            raise InternalFailure("Something went wrong.")
        return answer

    def _execute(self, request: Request) -> Answer:
        allowed = []
        for method, pattern, endpoint in self._routes:
            if match := pattern.fullmatch(request.path):
                if method == request.method:
                    return endpoint(replace(request, names=match.groupdict()))
                allowed.append(method)
        if allowed:
            raise MethodNotAllowed(
                f"{request.path} answers to {', '.join(allowed)}.",
                headers={"Allow": ", ".join(allowed)},
            )
        raise NotFound(f"There is nothing at {request.path}.")

    def _is_authorized(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(given, self._authorization)


def as_answer(problem: Problem) -> Answer:
    headers = {"Content-Type": "application/problem+json", **problem.headers}
    return Answer(status=problem.status, body=problem.body(), headers=headers)
