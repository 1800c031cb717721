"""A caller of the running shop: speaks HTTP, waits for what happens behind it, believes nothing.

The journeys' and fault tests drive the shop with it too.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

ANSWERS_WITHIN_S = 20.0
# How long an unanswered request is repeated: a process that was killed is back well within it.
INSISTS_FOR_S = 90.0
ASKS_AGAIN_AFTER_S = 0.3
# Longer than every lease: what a killed process had in its hands is taken up again within it.
HAPPENS_WITHIN_S = 360.0


class Unexpected(AssertionError):
    """The shop did not do what the story says; the message has what it did."""


@dataclass(slots=True)
class Caller:
    """Somebody with credentials: a guest until a token is given."""

    api: str
    token: str | None = None
    secret: str | None = None
    _session: requests.Session = field(default_factory=requests.Session)

    def get(
        self, path: str, query: Mapping[str, object] | None = None, *, expect: int = 200
    ) -> Any:
        return self.request("GET", path, expect=expect, params=query)

    def post(
        self, path: str, body: object = None, *, expect: int = 200, key: str | None = None
    ) -> Any:
        """Send a POST with an Idempotency-Key; one is made where none is given."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return self.request("POST", path, expect=expect, json=body or {}, headers=headers)

    def patch(self, path: str, body: object, *, expect: int = 200) -> Any:
        return self.request("PATCH", path, expect=expect, json=body)

    def request(
        self,
        method: str,
        path: str,
        *,
        expect: int | None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Any:
        """Send one request and read the answer; with the same key until there is one.

        Raises:
            Unexpected: another status than `expect` (None takes any, and gives the response).
        """

        def send() -> requests.Response:
            return self._session.request(
                method,
                f"{self.api}/v1{path}",
                headers={**self._credentials(), **(headers or {})},
                timeout=ANSWERS_WITHIN_S,
                **more,
            )

        if expect is None:
            return send()
        return judged(insist(send, until=expect), expect=expect)

    def as_guest(self, secret: str) -> Caller:
        return Caller(self.api, secret=secret)

    def _credentials(self) -> dict[str, str]:
        credentials = {}
        if self.token:
            credentials["Authorization"] = f"Bearer {self.token}"
        if self.secret:
            credentials["Client-Secret"] = self.secret
        return credentials


def judged(response: requests.Response, *, expect: int) -> Any:
    """Read an answer.

    Raises:
        Unexpected: it has another status.
    """
    if response.status_code != expect:
        asked = f"{response.request.method} {response.request.path_url}"
        raise Unexpected(f"{asked} answered {response.status_code}, not {expect}: {response.text}")
    return response.json() if response.content else None


def insist(send: Callable[[], requests.Response], *, until: int | None = None) -> requests.Response:
    """Repeat a request whose answer was lost, or that was refused without a look at it.

    Nothing else is forgiven: whatever a shop answers of which a process was killed is judged.
    """
    deadline = time.monotonic() + INSISTS_FOR_S
    while True:
        try:
            response = send()
            if response.status_code == until or not _says_later(response):
                return response
            if time.monotonic() > deadline:
                return response
        except requests.RequestException:
            if time.monotonic() > deadline:
                raise
        time.sleep(ASKS_AGAIN_AFTER_S)


def _says_later(response: requests.Response) -> bool:
    if response.status_code == requests.codes.conflict:
        return bool(response.json().get("code") == "request_in_progress")
    return bool(response.status_code == requests.codes.service_unavailable)


def wait_for[T](
    what: str, look: Callable[[], T | None], *, within_s: float = HAPPENS_WITHIN_S
) -> T:
    """Look again and again until there is something to see.

    Raises:
        Unexpected: there was not, in time.
    """
    deadline = time.monotonic() + within_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise Unexpected(f"{what}: not within {within_s:g} s")
        time.sleep(0.1)
