"""Who acts and when, and how it ends: what an act's method is given, and what a person is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commerce.shared.api.actors import Actor
from commerce.shared.errors import CommerceError, Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Who acts, when, and under which reference: the same however often the form is sent."""

    actor: Actor
    now: datetime
    token: UUID
    version: int | None = None
    """The version of the row that the page showed, where rows have one."""


class StillWrong(str):
    """What an act tells when it was done and has not helped: the event failed once more."""

    __slots__ = ()


class ChangedMeanwhile(Conflict):
    """This has changed since the page was opened. Reload it and look again."""

    code = "stale_version"


def sentence_of(refusal: CommerceError) -> str:
    """Tell a refusal to a person: its own words as a sentence."""
    words = str(refusal)
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")
