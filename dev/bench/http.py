"""One connection at a time, for what is measured by hand: changes, and when they are seen."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlencode, urlsplit


class Unexpected(RuntimeError):
    """The shop answered something else."""


class Caller:
    """Keeps its connection; `token` makes it a member of staff."""

    def __init__(self, api: str, *, token: str | None = None) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(api).netloc, timeout=20)
        self._headers = {"Accept": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: object) -> Any:
        return self._send("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: object) -> Any:
        return self._send("POST", path, json.dumps(body))

    def _send(self, method: str, path: str, body: str | None = None) -> Any:
        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        self._connection.request(method, f"/v1{path}", body=body, headers=headers)
        response = self._connection.getresponse()
        text = response.read()
        if response.status >= http.client.BAD_REQUEST:
            raise Unexpected(f"{method} {path}: {response.status} {text[:300]!r}")
        return json.loads(text)
