"""Messages: frozen, named, versioned. An event says what happened, a command what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from commerce.shared import codec

MESSAGES: dict[str, type[Message]] = {}


@dataclass(frozen=True, kw_only=True)
class Message:
    """Base of everything contexts tell each other.

    A subclass sets `name`, for example `billing.order_placed.v1`: owner, fact or order, version.
    A new optional field keeps the version; any other change is a new class beside the old one.
    """

    name: ClassVar[str]

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        known = MESSAGES.setdefault(cls.name, cls)
        # A dataclass with slots is made twice; the second class replaces the first.
        if known.__qualname__ != cls.__qualname__ or known.__module__ != cls.__module__:
            raise TypeError(f"two messages are named {cls.name}")
        MESSAGES[cls.name] = cls

    def to_payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = codec.to_plain(self)
        return payload

    @classmethod
    def from_payload(cls, payload: Mapping[str, object]) -> Self:
        """Read a payload; fields this release does not know are let pass.

        Raises:
            codec.DecodeError: a field is missing or of the wrong type.
        """
        return codec.from_plain(cls, payload)
