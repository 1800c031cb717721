"""The admin site: its menu, its first page, its search, and who is looking."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

import structlog
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from unfold.dataclasses import SearchResult
from unfold.sites import UnfoldAdminSite

from commerce.shared.admin.find import rows_meant_by
from commerce.shared.admin.lists import COUNTED_AT_MOST
from commerce.shared.admin.rows import StaffAdmin
from commerce.shared.api.actors import Actor, describe

if TYPE_CHECKING:

    class _Site(admin.AdminSite):
        """What unfold's untyped class is to the type checker."""
else:

    class _Site(UnfoldAdminSite):
        pass


log = structlog.get_logger(__name__)

# The theme's Alpine.js evaluates expressions in attributes, and its colours stand in a style
# block of the page. So both are let pass here, and nowhere else (settings.SECURE_CSP).
CONTENT_SECURITY_POLICY: Final[Mapping[str, Collection[str]]] = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.UNSAFE_EVAL],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}

# Enough to see that a term was too vague.
HITS_PER_TABLE = 6


class StaffSite(_Site):
    """The site for staff. What it needs to know about people is wired in `config/admin_site.py`."""

    # Group → labels of models: what stands where, and what the search and the first page show.
    groups: ClassVar[Mapping[str, Sequence[str]]] = {}

    index_title = "Overview"
    index_template = "admin/overview.html"

    def actor_of(self, request: HttpRequest) -> Actor:
        """Say who is looking, and with which roles."""
        raise NotImplementedError

    def record_act(
        self,
        *,
        actor: Actor,
        action: str,
        subject: str,
        details: Mapping[str, object],
        now: datetime,
    ) -> None:
        """Write an act into the audit trail."""
        raise NotImplementedError

    def trail_of(self, request: HttpRequest, subject: str) -> str | None:
        """Give the address of what was done to an object, for who may read it."""
        raise NotImplementedError

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Take on our own pages only.

        Packages bring pages on which rows are added, changed and deleted, such as groups and
        knox's tokens. Here that would go past the use cases and the audit trail.
        """
        if admin_class is not None and issubclass(admin_class, StaffAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view[View: Callable[..., Any]](self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002 - Django's signature
        return csp_override(CONTENT_SECURITY_POLICY)(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        # The one page that is not behind `admin_view`.
        page = csp_override(CONTENT_SECURITY_POLICY)(super().login)
        return page(request, extra_context)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        # Django's own: unfold's takes no other form than its own, which would leave tokens alive.
        return admin.AdminSite.password_change(self, request, extra_context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the queues that need a person: one statement for each, however long it is."""
        queues = [
            {
                "title": queue.title,
                "icon": queue.icon,
                "length": length,
                "is_longer": length == COUNTED_AT_MOST,
                "url": url,
            }
            for page in self.pages(request)
            for queue, length, url in page.lengths_of_queues(request)
        ]
        return super().index(request, {"queues": queues, **(extra_context or {})})

    def pages(self, request: HttpRequest) -> Iterator[StaffAdmin[Any]]:
        """Give the pages this person may see, in the order of the menu."""
        for labels in self.groups.values():
            yield from self._visible(request, labels)

    def menu(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Build the sidebar (UNFOLD["SIDEBAR"]["navigation"])."""
        overview = {"title": "Overview", "icon": "dashboard", "link": reverse(f"{self.name}:index")}
        return [
            {"items": [overview]},
            *(
                {
                    "title": title,
                    "separator": True,
                    "collapsible": True,
                    "items": [
                        {"title": page.title, "icon": page.icon, "link": page.address}
                        for page in self._visible(request, labels)
                    ],
                }
                for title, labels in self.groups.items()
            ),
        ]

    def _visible(self, request: HttpRequest, labels: Iterable[str]) -> Iterator[StaffAdmin[Any]]:
        page_of = {model._meta.label: page for model, page in self._registry.items()}
        for label in labels:
            page = page_of[label]
            if isinstance(page, StaffAdmin) and page.has_view_permission(request):
                yield page

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Answer the one search box: rows of every table this person may see.

        One statement for each table that the term can mean; nothing is kept between two searches,
        so what was placed a second ago is found.
        """
        term = request.GET.get("s", "").strip()
        if not term:
            return HttpResponse()
        began = time.monotonic()
        hits = [*self._pages_named(request, term), *self._rows_named(request, term)]
        # Not the term: it is often somebody's address.
        log.info("admin.searched", hits=len(hits), **describe(self.actor_of(request)))
        page = Paginator(hits, max(len(hits), 1)).page(1)
        return TemplateResponse(
            request,
            "unfold/helpers/command_results.html",
            {
                "search_term": term,
                "page_obj": page.paginator,
                "results": page,
                "page_counter": 0,
                "execution_time": time.monotonic() - began,
                "command_show_history": False,
            },
            headers={"HX-Trigger": "search"},
        )

    def _pages_named(self, request: HttpRequest, term: str) -> Iterator[SearchResult]:
        for page in self.pages(request):
            if term.lower() in page.title.lower():
                yield SearchResult(
                    title=page.title, description="page", link=page.address, icon=page.icon
                )

    def _rows_named(self, request: HttpRequest, term: str) -> Iterator[SearchResult]:
        for page in self.pages(request):
            condition = rows_meant_by(term, page.finders)
            if condition is None:
                continue
            for row in page.get_queryset(request).filter(condition)[:HITS_PER_TABLE]:
                yield SearchResult(
                    title=str(row),
                    description=str(page.opts.verbose_name),
                    link=page.address_of(row),
                    icon=page.icon,
                )
