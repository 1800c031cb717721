"""Acts: a button, its confirm form, one use case, one entry in the audit trail."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from unfold.enums import ActionVariant

from commerce.shared import clock
from commerce.shared.admin.forms import ActForm
from commerce.shared.api.actors import Actor
from commerce.shared.errors import CommerceError, Conflict

if TYPE_CHECKING:
    from commerce.shared.admin.rows import StaffAdmin

type Tone = Literal["default", "primary", "danger"]
type Act = Callable[..., HttpResponse]

# The version of the row that the page showed, in the address of each of its buttons.
VERSION_PARAMETER = "version"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What `act` was told, for the row's page to decide whether to show the button."""

    name: str
    roles: frozenset[str]
    applies: Callable[[Any], bool]

    def allows(self, actor: Actor) -> bool:
        return bool(actor.roles & (self.roles | {"admin"}))


def act(
    title: str,
    *,
    roles: tuple[str, ...],
    asks: str = "",
    form: type[ActForm] = ActForm,
    tone: Tone = "default",
    icon: str | None = None,
    applies: Callable[[Any], bool] = lambda _row: True,
    is_recorded: bool = True,
) -> Callable[[Callable[..., str]], Act]:
    """Make a method of a `StaffAdmin` a button on the row's page.

    The method gets the row, the valid form and an `Acting`; it calls one use case outside any
    transaction and returns the sentence that tells what was done (or `StillWrong`). A refusal is
    shown on the form.

    `applies` only decides whether the button is shown: the use case alone decides whether it may
    be done. With `is_recorded=False` the use case itself writes into the audit trail.
    """

    def make(do: Callable[..., str]) -> Act:
        terms = Terms(name=do.__name__, roles=frozenset(roles), applies=applies)

        @functools.wraps(do)
        def view(site_admin: StaffAdmin[Any], request: HttpRequest, object_id: str) -> HttpResponse:
            actor = site_admin.site.actor_of(request)
            if not (terms.allows(actor) and site_admin.has_view_permission(request)):
                raise PermissionDenied
            row = site_admin.get_object(request, unquote(object_id))
            if row is None:
                return site_admin.missing(request, object_id)

            filled = form(request.POST or None, request=request, row=row)
            if filled.is_valid():
                acting = Acting(
                    actor=actor,
                    now=clock.now(),
                    token=filled.cleaned_data["token"],
                    version=_version_shown(request),
                )
                try:
                    _refuse_stale(row, shown=acting.version)
                    said = do(site_admin, row, filled, acting)
                except CommerceError as refusal:
                    filled.add_error(None, sentence_of(refusal))
                else:
                    if is_recorded:
                        site_admin.record(row, terms.name, acting, details=filled.audit())
                    tell = messages.warning if isinstance(said, StillWrong) else messages.success
                    tell(request, said)
                    return _back_to(site_admin, request, row)
            return render(
                request,
                "unfold/helpers/dialog.html",
                {
                    "dialog": {"title": title, "description": asks},
                    "form": filled,
                    "form_submit_text": title,
                },
            )

        # What unfold reads off an action.
        attributes = {
            "terms": terms,
            "short_description": title,
            "url_path": do.__name__.replace("_", "-"),
            "icon": icon,
            "variant": ActionVariant(tone),
            "dialog": {"title": title, "description": asks},
            "attrs": {},
            "extra_options": {},
            "original_function_name": do.__name__,
        }
        for name, value in attributes.items():
            setattr(view, name, value)
        return view

    return make


def terms_of(button: Act) -> Terms:
    return cast("Terms", button.terms)  # type: ignore[attr-defined]  # set above


class ChangedMeanwhile(Conflict):
    """This has changed since the page was opened. Reload it and look again."""

    code = "stale_version"


def sentence_of(refusal: CommerceError) -> str:
    """Tell a refusal to a person: its own words as a sentence."""
    words = str(refusal)
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


def _version_shown(request: HttpRequest) -> int | None:
    shown = request.GET.get(VERSION_PARAMETER, "")
    return int(shown) if shown.isascii() and shown.isdigit() else None


def _refuse_stale(row: Any, *, shown: int | None) -> None:
    """Refuse an act on a page that shows an older version of the row than there is."""
    current = getattr(row, "version", None)
    if shown is not None and current is not None and shown != current:
        raise ChangedMeanwhile


def _back_to(site_admin: StaffAdmin[Any], request: HttpRequest, row: Any) -> HttpResponse:
    address = site_admin.address_of(row)
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
