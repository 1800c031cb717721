"""Control calls under /_sandbox: what Stripe decides itself, the tests decide here."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.stripe import confirmation, disputes, pages, payment_intents, refunds, setup_intents
from sandbox.stripe.api import Answer, Api, Request
from sandbox.stripe.call import Call
from sandbox.stripe.errors import ApiError, CardError, InvalidParameters, NoSuchObject, UnknownUrl
from sandbox.stripe.faults import KINDS
from sandbox.stripe.forms import decode_form
from sandbox.stripe.ids import new_id
from sandbox.stripe.private import public

type Body = dict[str, Any]

PREFIX = "/_sandbox/"


@dataclass(slots=True, kw_only=True)
class Control:
    """The sandbox's own calls; none of them exists at Stripe."""

    api: Api
    on_reset: Callable[[], None]

    def answer(self, request: Request) -> Answer:
        try:
            return self._answer(request)
        except ApiError as refusal:
            return _json(refusal.body(), status=refusal.status)

    def _answer(self, request: Request) -> Answer:
        wish = _wish(request)
        match request.method, request.path.removeprefix(PREFIX).split("/"):
            case "GET", ["health"]:
                return _json({"status": "ok"})
            case "GET", ["faults"]:
                return _json({"data": self.api.faults.describe(), "kinds": KINDS})
            case "POST", ["faults"]:
                return _json(self.api.faults.add(wish).describe())
            case "DELETE", ["faults"]:
                self.api.faults.remove()
                return _json({"deleted": True})
            case "DELETE", ["faults", fault_id]:
                self.api.faults.remove(fault_id)
                return _json({"deleted": True})
            case "POST", ["clock"]:
                return self._set_clock(wish)
            case "POST", ["forget_idempotency_keys"]:
                self.api.keys.forget_all()
                return _json({"forgotten": True})
            case "GET", ["deliveries"]:
                return _json(self.api.webhooks.count())
            case "POST", ["reset"]:
                self._reset()
                return _json({"reset": True})
            case "GET", ["journal"]:
                return _json({"data": self.api.journal.read()})
            case "POST", ["payment_intents" | "setup_intents", id, "authenticate"]:
                return _json(self._authenticate(id, wish))
            case "GET", ["receipts", charge_id]:
                return _page(pages.receipt_page(self._look_up(charge_id)))
            case "GET", ["authenticate", id]:
                return self._show_bank_page(id)
            case "POST", ["authenticate", id]:
                return self._use_bank_page(id, wish)
            case "POST", ["charges", id, "dispute"]:
                return _json(
                    self._run(
                        lambda call: disputes.open_(
                            call,
                            id,
                            reason=wish.get("reason", "fraudulent"),
                            amount=wish.get("amount"),
                        )
                    )
                )
            case "POST", ["disputes", id, "close"]:
                outcome = _one_of(wish, "outcome", "won", "lost")
                return _json(self._run(lambda call: disputes.decide(call, id, outcome=outcome)))
            case "POST", ["refunds", id, "settle"]:
                step = {"succeed": refunds.succeed, "fail": refunds.fail}[
                    _one_of(wish, "outcome", "succeed", "fail")
                ]
                return _json(self._run(lambda call: step(call, id)))
        raise UnknownUrl(method=request.method, path=request.path)

    def _run(self, change: Callable[[Call], Body]) -> Body:
        """Change something as an API request would: whole, journaled and announced."""
        call = Call(
            store=self.api.store,
            faults=self.api.faults,
            now=self.api.clock.now(),
            base=self.api.base,
            request_id=new_id("req"),
            is_strict=self.api.is_strict,
        )
        with self.api.store.transaction():
            changed = public(change(call))
            for step in call.afterwards:
                step()
        self.api.journal.catch_up()
        self.api.webhooks.wake()
        return changed

    def _authenticate(self, intent_id: str, wish: Body) -> Body:
        """Let the customer pass or fail; whether the bank then pays is in the intent."""
        has_passed = _one_of(wish, "outcome", "succeed", "fail") == "succeed"
        noun = setup_intents if intent_id.startswith("seti_") else confirmation

        def authenticate(call: Call) -> Body:
            intent = _intent(call, intent_id)
            with suppress(CardError):
                noun.authenticate(call, intent, has_passed=has_passed)
            return intent

        return self._run(authenticate)

    def _show_bank_page(self, intent_id: str) -> Answer:
        return _page(pages.bank_page(self._look_up(intent_id)))

    def _use_bank_page(self, intent_id: str, wish: Body) -> Answer:
        intent = self._authenticate(intent_id, wish)
        return_url = self._look_up(intent_id).get("_return_url")
        if return_url is None:
            return _page(pages.result_page(intent))
        headers = {"Location": pages.way_back(intent, return_url)}
        return Answer(status=303, content=b"", headers=headers)

    def _look_up(self, object_id: str) -> Body:
        rows = self.api.store.query("SELECT body FROM objects WHERE id = ?", (object_id,))
        if not rows:
            raise NoSuchObject(noun="object", object_id=object_id, param="id", in_address=True)
        body: Body = orjson.loads(rows[0][0])
        return body

    def _set_clock(self, wish: Body) -> Answer:
        offset_s = wish.get("offset_s")
        if not isinstance(offset_s, int | float):
            raise InvalidParameters("`offset_s` is a number of seconds.", param="offset_s")
        with self.api.store.transaction():
            self.api.store.set("clock_offset_s", str(offset_s))
        self.api.clock.offset_s = offset_s
        self._run(_expire_holds)
        return _json({"offset_s": offset_s, "now": self.api.clock.now()})

    def _reset(self) -> None:
        self.api.faults.remove()
        self.api.clock.offset_s = 0
        with self.api.store.transaction():
            self.api.store.clear()
            self.api.journal.start_over()
        self.on_reset()


def _intent(call: Call, intent_id: str) -> Body:
    kind = "setup_intent" if intent_id.startswith("seti_") else "payment_intent"
    return call.fetch(intent_id, kind=kind, param="id", in_address=True)


def _expire_holds(call: Call) -> Body:
    payment_intents.expire_holds(call)
    return {}


def _wish(request: Request) -> Body:
    if not request.body:
        return {}
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return decode_form(request.body)
    try:
        wish = orjson.loads(request.body)
    except orjson.JSONDecodeError as problem:
        raise InvalidParameters(f"A control call takes JSON: {problem}") from problem
    if not isinstance(wish, dict):
        raise InvalidParameters("A control call takes a JSON object.")
    return wish


def _one_of(wish: Body, name: str, *words: str) -> str:
    word = wish.get(name)
    if word not in words:
        raise InvalidParameters(f"`{name}` is one of {', '.join(words)}.", param=name)
    return str(word)


def _page(html: str) -> Answer:
    return Answer(status=200, content=html.encode(), content_type="text/html; charset=utf-8")


def _json(body: Body, *, status: int = 200) -> Answer:
    return Answer(status=status, content=orjson.dumps(body))
