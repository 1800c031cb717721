"""From a request to its answer: who asks, has it been answered before, is it valid, do it."""

import time
from dataclasses import dataclass, field
from typing import Any

import orjson

from sandbox.stripe import routes
from sandbox.stripe.answers import check_answer, check_refusal
from sandbox.stripe.call import Call
from sandbox.stripe.clock import Clock
from sandbox.stripe.errors import (
    ApiError,
    NotAuthenticated,
    NotSimulated,
    ServerTrouble,
    UnknownUrl,
)
from sandbox.stripe.expansion import expand
from sandbox.stripe.faults import Faults
from sandbox.stripe.forms import decode_form
from sandbox.stripe.idempotency import IdempotencyKeys, SavedAnswer
from sandbox.stripe.ids import new_id
from sandbox.stripe.journal import Journal
from sandbox.stripe.routes import NOT_SIMULATED, Route
from sandbox.stripe.store import Store
from sandbox.stripe.validation import check
from sandbox.stripe.webhooks import WebhookSender

type Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What came over the wire; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str

    @property
    def form(self) -> str:
        return self.body if self.method == "POST" else self.query


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    content: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Api:
    """Stripe's version 1 API over one store."""

    store: Store
    journal: Journal
    keys: IdempotencyKeys
    faults: Faults
    clock: Clock
    webhooks: WebhookSender
    base: str
    latency_s: float = 0.0
    is_strict: bool = False

    def answer(self, request: Request) -> Answer:
        """Answer one request.

        Raises:
            ConnectionCut, Silence: a fault wants no answer to be given.
        """
        request_id = new_id("req")
        try:
            return self._answer(request, request_id)
        except ApiError as refusal:
            return _as_answer(refusal.status, orjson.dumps(self._worded(refusal)), request_id)

    def _answer(self, request: Request, request_id: str) -> Answer:
        self.faults.before_request(method=request.method, path=request.path)
        _authenticate(request)
        found = routes.find(request.method, request.path)
        if found is None:
            raise UnknownUrl(method=request.method, path=request.path)
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        if key is None:
            return self._execute(request, request_id, *found, key=None)
        with self.keys.in_progress(key):
            saved = self.keys.find(
                key, endpoint=request.path, form=request.form, now=self.clock.now()
            )
            if saved is None:
                return self._execute(request, request_id, *found, key=key)
        headers = {"Idempotent-Replayed": "true", "Original-Request": saved.request_id}
        return _as_answer(saved.status, saved.body, request_id, key=key, more=headers)

    def _execute(
        self, request: Request, request_id: str, route: Route, object_id: str, *, key: str | None
    ) -> Answer:
        self._wait(request)
        call = Call(
            store=self.store,
            faults=self.faults,
            now=self.clock.now(),
            base=self.base,
            request_id=request_id,
            idempotency_key=key,
            path=request.path,
            id=object_id,
            params=check(decode_form(request.form), route.parameters),
            is_strict=self.is_strict,
        )
        for name in sorted(call.params.keys() & NOT_SIMULATED):
            raise NotSimulated(param=name)
        with self.store.transaction():
            status, body = self._run(call, route)
            if self._has_trouble("error_after_commit", request):
                status, body = ServerTrouble.status, ServerTrouble().body()
            content = orjson.dumps(body)
            if key is not None:
                saved = SavedAnswer(status=status, body=content, request_id=request_id)
                self.keys.keep(
                    key, endpoint=request.path, form=request.form, answer=saved, now=call.now
                )
            for step in call.afterwards:
                step()
        if request.method != "GET":
            self.journal.catch_up()
            self.webhooks.wake()
        self.faults.after_commit(method=request.method, path=request.path)
        return _as_answer(status, content, request_id, key=key)

    def _run(self, call: Call, route: Route) -> tuple[int, Body]:
        """Do what is asked; a refusal undoes it, unless the attempt itself is a fact."""
        fields = call.params.pop("expand", [])
        try:
            with self.store.savepoint():
                if self.faults.strike("error_before_commit", path=call.path):
                    raise ServerTrouble
                try:
                    answer = expand(call, route.answer(call), fields)
                except ApiError as refusal:
                    if not refusal.keeps_effects:
                        raise
                    return refusal.status, self._worded(refusal)
        except ApiError as refusal:
            call.afterwards.clear()
            if not refusal.is_saved_under_key:
                raise
            return refusal.status, self._worded(refusal)
        if self.is_strict:
            check_answer(answer)
        return 200, answer

    def _worded(self, refusal: ApiError) -> Body:
        body = refusal.body()
        if self.is_strict:
            check_refusal(body)
        return body

    def _wait(self, request: Request) -> None:
        wait_s = self.latency_s
        if fault := self.faults.strike("latency", method=request.method, path=request.path):
            wait_s += fault.delay_s()
        if wait_s:
            time.sleep(wait_s)

    def _has_trouble(self, kind: str, request: Request) -> bool:
        return bool(self.faults.strike(kind, method=request.method, path=request.path))


def _authenticate(request: Request) -> None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if not key:
        raise NotAuthenticated(
            "You did not provide an API key. You need to provide your API key in the Authorization"
            " header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    # A live key must never be sent to a sandbox; refusing it makes that mistake visible.
    if scheme != "Bearer" or not key.startswith(("sk_test_", "rk_test_")):
        raise NotAuthenticated(f"Invalid API Key provided: {key[:8]}{'*' * 8}{key[-4:]}")


def _as_answer(
    status: int,
    content: bytes,
    request_id: str,
    *,
    key: str | None = None,
    more: dict[str, str] | None = None,
) -> Answer:
    headers = {"Request-Id": request_id} | (more or {})
    if key is not None:
        headers["Idempotency-Key"] = key
    if status >= ServerTrouble.status:
        # The key would only replay it: https://docs.stripe.com/error-low-level
        headers["Stripe-Should-Retry"] = "false"
    return Answer(status=status, content=content, headers=headers)
