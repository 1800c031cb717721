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
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from unfold.enums import ActionVariant

from commerce.shared import clock
from commerce.shared.admin.forms import ActForm
from commerce.shared.api.actors import Actor
from commerce.shared.errors import CommerceError, Conflict
from commerce.shared.ids import new_id

if TYPE_CHECKING:
    from commerce.shared.admin.rows import StaffAdmin

type Tone = Literal["default", "primary", "danger"]
type Act = Callable[..., HttpResponseBase]

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
    group: str = ""
    is_of_list: bool = False

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
    group: str = "",
) -> Callable[[Callable[..., str]], Act]:
    """Make a method of a `StaffAdmin` a button on the row's page.

    The method gets the row, the valid form and an `Acting`; it calls one use case outside any
    transaction and returns the sentence that tells what was done (or `StillWrong`). A refusal is
    shown on the form.

    `applies` only decides whether the button is shown: the use case alone decides whether it may
    be done. With `is_recorded=False` the use case itself writes into the audit trail. Acts of one
    `group` stand under one button. The method's name is the end of its address, so it is none of
    Django's own: `change`, `delete`, `history`.
    """

    def make(do: Callable[..., str]) -> Act:
        terms = Terms(name=do.__name__, roles=frozenset(roles), applies=applies, group=group)

        @functools.wraps(do)
        def view(site_admin: StaffAdmin[Any], request: HttpRequest, object_id: str) -> HttpResponse:
            actor = site_admin.site.actor_of(request)
            if not (terms.allows(actor) and site_admin.has_view_permission(request)):
                raise PermissionDenied
            row = site_admin.get_object(request, unquote(object_id))
            if row is None:
                return site_admin.missing(request, object_id)

            filled = form(request.POST or None, request.FILES or None, request=request, row=row)
            if filled.is_valid():
                acting = Acting(
                    actor=actor,
                    now=clock.now(),
                    token=filled.cleaned_data["token"],
                    version=_version_shown(request),
                )
                try:
                    _refuse_stale(site_admin.version_of(row), shown=acting.version)
                    said = do(site_admin, row, filled, acting)
                except CommerceError as refusal:
                    filled.add_error(None, sentence_of(refusal))
                else:
                    if is_recorded:
                        site_admin.record(row, terms.name, acting, details=filled.audit())
                    tell = messages.warning if isinstance(said, StillWrong) else messages.success
                    tell(request, said)
                    return _lead_to(site_admin.leads_to(row), request)
            return _dialog(request, title, asks, filled)

        return _as_button(view, do, terms, title=title, asks=asks, icon=icon, tone=tone)

    return make


def list_act(
    title: str,
    *,
    roles: tuple[str, ...],
    asks: str = "",
    form: type[ActForm] = ActForm,
    tone: Tone = "primary",
    icon: str | None = "add",
) -> Callable[[Callable[..., tuple[Model, str]]], Act]:
    """Make a method of a `StaffAdmin` a button above the list: one that makes a row.

    The method gets the valid form and an `Acting`; it calls one use case and returns the row that
    came of it, to whose page it leads, and the sentence that tells what was done.
    """

    def make(do: Callable[..., tuple[Model, str]]) -> Act:
        terms = Terms(
            name=do.__name__, roles=frozenset(roles), applies=lambda _row: True, is_of_list=True
        )

        @functools.wraps(do)
        def view(site_admin: StaffAdmin[Any], request: HttpRequest) -> HttpResponse:
            actor = site_admin.site.actor_of(request)
            if not (terms.allows(actor) and site_admin.has_view_permission(request)):
                raise PermissionDenied
            filled = form(request.POST or None, request.FILES or None, request=request)
            if filled.is_valid():
                acting = Acting(actor=actor, now=clock.now(), token=filled.cleaned_data["token"])
                try:
                    row, said = do(site_admin, filled, acting)
                except CommerceError as refusal:
                    filled.add_error(None, sentence_of(refusal))
                else:
                    site_admin.record(row, terms.name, acting, details=filled.audit())
                    messages.success(request, said)
                    return _lead_to(site_admin.leads_to(row), request)
            return _dialog(request, title, asks, filled)

        return _as_button(view, do, terms, title=title, asks=asks, icon=icon, tone=tone)

    return make


def question(
    title: str,
    *,
    roles: tuple[str, ...],
    form: type[ActForm],
    asks: str = "",
    icon: str | None = "help",
) -> Callable[[Callable[..., SafeString | str]], Act]:
    """Make a method a button above the list that changes nothing: its answer is shown on the form.

    The method gets the valid form and an `Acting`.
    """

    def make(do: Callable[..., SafeString | str]) -> Act:
        terms = Terms(
            name=do.__name__, roles=frozenset(roles), applies=lambda _row: True, is_of_list=True
        )

        @functools.wraps(do)
        def view(site_admin: StaffAdmin[Any], request: HttpRequest) -> HttpResponse:
            actor = site_admin.site.actor_of(request)
            if not (terms.allows(actor) and site_admin.has_view_permission(request)):
                raise PermissionDenied
            filled = form(request.POST or None, request=request)
            if filled.is_valid():
                acting = Acting(actor=actor, now=clock.now(), token=filled.cleaned_data["token"])
                try:
                    filled.answer = do(site_admin, filled, acting)
                except CommerceError as refusal:
                    filled.add_error(None, sentence_of(refusal))
            return _dialog(request, title, asks, filled)

        return _as_button(view, do, terms, title=title, asks=asks, icon=icon, tone="default")

    return make


def download(
    title: str, *, roles: tuple[str, ...], icon: str | None = "download"
) -> Callable[[Callable[..., HttpResponseBase]], Act]:
    """Make a method a button above the list that gives a file; it gets an `Acting`."""

    def make(do: Callable[..., HttpResponseBase]) -> Act:
        terms = Terms(
            name=do.__name__, roles=frozenset(roles), applies=lambda _row: True, is_of_list=True
        )

        @functools.wraps(do)
        def view(site_admin: StaffAdmin[Any], request: HttpRequest) -> HttpResponseBase:
            actor = site_admin.site.actor_of(request)
            if not (terms.allows(actor) and site_admin.has_view_permission(request)):
                raise PermissionDenied
            return do(site_admin, Acting(actor=actor, now=clock.now(), token=new_id()))

        return _as_button(
            view, do, terms, title=title, asks="", icon=icon, tone="default", is_link=True
        )

    return make


def _as_button(
    view: Any,
    do: Callable[..., object],
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
        "url_path": do.__name__.replace("_", "-"),
        "icon": icon,
        "variant": ActionVariant(tone),
        "dialog": None if is_link else {"title": title, "description": asks},
        "attrs": {},
        "extra_options": {},
        "original_function_name": do.__name__,
    }
    for name, value in attributes.items():
        setattr(view, name, value)
    return cast("Act", view)


def _dialog(request: HttpRequest, title: str, asks: str, form: ActForm) -> HttpResponse:
    return render(
        request,
        "unfold/helpers/dialog.html",
        {
            "dialog": {"title": title, "description": asks},
            "form": form,
            "form_submit_text": title,
        },
    )


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


def _refuse_stale(current: int | None, *, shown: int | None) -> None:
    """Refuse an act on a page that shows an older version of the row than there is."""
    if shown is not None and current is not None and shown != current:
        raise ChangedMeanwhile


def _lead_to(address: str, request: HttpRequest) -> HttpResponse:
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
