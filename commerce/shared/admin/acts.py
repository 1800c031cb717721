"""Acts: a button, its confirm form, one use case, one entry in the audit trail."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString

from commerce.shared import clock
from commerce.shared.admin.acting import Acting, ChangedMeanwhile, StillWrong, sentence_of
from commerce.shared.admin.buttons import Act, Terms, Tone, as_button, version_shown
from commerce.shared.admin.forms import ActForm
from commerce.shared.api.actors import Actor
from commerce.shared.errors import CommerceError
from commerce.shared.ids import new_id

if TYPE_CHECKING:
    from commerce.shared.admin.rows import StaffAdmin


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
            actor = _let_in(site_admin, request, terms)
            row = site_admin.get_object(request, unquote(object_id))
            if row is None:
                return site_admin.missing(request, object_id)
            filled = form(request.POST or None, request.FILES or None, request=request, row=row)

            def done(acting: Acting) -> HttpResponse:
                _refuse_stale(site_admin.version_of(row), shown=acting.version)
                said = do(site_admin, row, filled, acting)
                if is_recorded:
                    site_admin.record(row, terms.name, acting, details=filled.audit())
                tell = messages.warning if isinstance(said, StillWrong) else messages.success
                tell(request, said)
                return _lead_to(site_admin.leads_to(row), request)

            return _answer(request, filled, done, actor=actor, title=title, asks=asks)

        return as_button(view, terms, title=title, asks=asks, icon=icon, tone=tone)

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
        terms = Terms(name=do.__name__, roles=frozenset(roles), is_of_list=True)

        @functools.wraps(do)
        def view(site_admin: StaffAdmin[Any], request: HttpRequest) -> HttpResponse:
            actor = _let_in(site_admin, request, terms)
            filled = form(request.POST or None, request.FILES or None, request=request)

            def done(acting: Acting) -> HttpResponse:
                row, said = do(site_admin, filled, acting)
                site_admin.record(row, terms.name, acting, details=filled.audit())
                messages.success(request, said)
                return _lead_to(site_admin.leads_to(row), request)

            return _answer(request, filled, done, actor=actor, title=title, asks=asks)

        return as_button(view, terms, title=title, asks=asks, icon=icon, tone=tone)

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
        terms = Terms(name=do.__name__, roles=frozenset(roles), is_of_list=True)

        @functools.wraps(do)
        def view(site_admin: StaffAdmin[Any], request: HttpRequest) -> HttpResponse:
            actor = _let_in(site_admin, request, terms)
            filled = form(request.POST or None, request=request)

            def done(acting: Acting) -> None:
                filled.answer = do(site_admin, filled, acting)

            return _answer(request, filled, done, actor=actor, title=title, asks=asks)

        return as_button(view, terms, title=title, asks=asks, icon=icon, tone="default")

    return make


def download(
    title: str, *, roles: tuple[str, ...], icon: str | None = "download"
) -> Callable[[Callable[..., HttpResponseBase]], Act]:
    """Make a method a button above the list that gives a file; it gets an `Acting`."""

    def make(do: Callable[..., HttpResponseBase]) -> Act:
        terms = Terms(name=do.__name__, roles=frozenset(roles), is_of_list=True)

        @functools.wraps(do)
        def view(site_admin: StaffAdmin[Any], request: HttpRequest) -> HttpResponseBase:
            actor = _let_in(site_admin, request, terms)
            return do(site_admin, Acting(actor=actor, now=clock.now(), token=new_id()))

        return as_button(view, terms, title=title, asks="", icon=icon, tone="default", is_link=True)

    return make


def _let_in(site_admin: StaffAdmin[Any], request: HttpRequest, terms: Terms) -> Actor:
    """Say who acts, if they may."""
    actor = site_admin.site.actor_of(request)
    if not (terms.allows(actor) and site_admin.has_view_permission(request)):
        raise PermissionDenied
    return actor


def _answer(
    request: HttpRequest,
    form: ActForm,
    done: Callable[[Acting], HttpResponse | None],
    *,
    actor: Actor,
    title: str,
    asks: str,
) -> HttpResponse:
    """Do it if the form is in order, and lead on; show the form, or what speaks against it."""
    if form.is_valid():
        acting = Acting(
            actor=actor,
            now=clock.now(),
            token=form.cleaned_data["token"],
            version=version_shown(request),
        )
        try:
            response = done(acting)
        except CommerceError as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            if response is not None:
                return response
    return render(
        request,
        "unfold/helpers/dialog.html",
        {
            "dialog": {"title": title, "description": asks},
            "form": form,
            "form_submit_text": title,
        },
    )


def _refuse_stale(current: int | None, *, shown: int | None) -> None:
    """Refuse an act on a page that shows an older version of the row than there is."""
    if shown is not None and current is not None and shown != current:
        raise ChangedMeanwhile


def _lead_to(address: str, request: HttpRequest) -> HttpResponse:
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
