"""Buttons: who may press one, where it stands, and what the theme reads off it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from unfold.enums import ActionVariant

from commerce.shared.api.actors import Actor

type Tone = Literal["default", "primary", "danger"]

# The version of the row that the page showed, in the address of each of its buttons.
_VERSION = "version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a button was made with, for its page to decide whether to show it."""

    name: str
    roles: frozenset[str]
    applies: Callable[[Any], bool] = lambda _row: True
    group: str = ""
    is_of_list: bool = False

    def allows(self, actor: Actor) -> bool:
        return bool(actor.roles & (self.roles | {"admin"}))


class Act(Protocol):
    """The view of a button, which carries what it was made with."""

    terms: Terms

    def __call__(self, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def as_button(
    view: Any,
    terms: Terms,
    *,
    title: str,
    asks: str,
    icon: str | None,
    tone: Tone,
    is_link: bool = False,
) -> Act:
    """Write on the view what unfold reads off an action."""
    attributes = {
        "terms": terms,
        "short_description": title,
        "url_path": terms.name.replace("_", "-"),
        "icon": icon,
        "variant": ActionVariant(tone),
        "dialog": None if is_link else {"title": title, "description": asks},
        "attrs": {},
        "extra_options": {},
        "original_function_name": terms.name,
    }
    for name, value in attributes.items():
        setattr(view, name, value)
    return cast("Act", view)


def terms_in(page: type[Any]) -> dict[str, Terms]:
    """Give the terms of every button of a page by its name, in the order of the class."""
    return {
        name: member.terms
        for base in reversed(page.__mro__)
        for name, member in vars(base).items()
        if isinstance(getattr(member, "terms", None), Terms)
    }


def grouped(terms: Mapping[str, Terms]) -> Iterator[str | Mapping[str, Any]]:
    """Put acts of one group under one button, which stands where the first of them would."""
    shown: set[str] = set()
    for name, own in terms.items():
        if not own.group:
            yield name
        elif own.group not in shown:
            shown.add(own.group)
            items = [other for other, its in terms.items() if its.group == own.group]
            yield {"title": own.group, "items": items}


def with_version(
    buttons: Sequence[dict[str, Any]], version: int | None
) -> Iterator[dict[str, Any]]:
    """Let each button carry the version of the row that its page shows."""
    if version is None:
        yield from buttons
        return
    for button in buttons:
        if "items" in button:
            yield {**button, "items": [*with_version(button["items"], version)]}
        else:
            yield {**button, "path": f"{button['path']}?{_VERSION}={version}"}


def version_shown(request: HttpRequest) -> int | None:
    shown = request.GET.get(_VERSION, "")
    return int(shown) if shown.isascii() and shown.isdigit() else None
