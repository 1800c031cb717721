"""What a request and an answer are, once sockets are out of sight."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.carrier.problems import MalformedJson


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`names` are the parts of the path that the route has left open."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes
    received_at: datetime
    names: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """Read the body.

        Raises:
            MalformedJson: it is no JSON, or not UTF-8.
        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise MalformedJson(f"The body cannot be read: {error}") from error

    def json_or_empty(self) -> Any:
        return self.json() if self.content else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int = 200
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
