"""The base of every admin page: rows are looked at here, and changed by acts alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, cast
from urllib.parse import urlencode

import structlog
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import FETCH_PEERS, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.paginator import InfinitePaginator

from commerce.shared import ids
from commerce.shared.admin.acts import VERSION_PARAMETER, Acting, Terms
from commerce.shared.admin.find import Finder, belonging_to, rows_meant_by
from commerce.shared.api.actors import describe

if TYPE_CHECKING:
    from commerce.shared.admin.site import StaffSite

    class _Rows[Row: Model](admin.ModelAdmin[Row]):
        """What unfold's untyped class is to the type checker."""

        actions_list: Sequence[str]
        actions_detail: Sequence[str | Mapping[str, Any]]

        def get_unfold_action(self, action: str) -> Any: ...
        def _get_obj_does_not_exist_redirect(
            self, request: HttpRequest, opts: Any, object_id: str
        ) -> HttpResponse: ...
else:

    class _Rows[Row](UnfoldModelAdmin):
        pass


log = structlog.get_logger(__name__)

# Counting stops here: "more than a thousand" is as much as anybody needs to know of a queue.
COUNTED_AT_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Rows that need a person, as a count on the first page that leads to the filtered list."""

    title: str
    filters: Mapping[str, str] = field(default_factory=dict)
    """The query string of the list."""
    condition: Q
    icon: str


class StaffAdmin[Row: Model](_Rows[Row]):
    """Rows of one table for staff. Nobody adds, changes or deletes here, superusers included.

    A subclass names the roles that may look (`admin` always may), the columns, and the acts.
    """

    # Who may look, besides admin.
    roles: ClassVar[tuple[str, ...]] = ()
    # In the menu, where the model's own name does not do; an icon of https://fonts.google.com/icons.
    menu_title: ClassVar[str] = ""
    icon: ClassVar[str] = "table_rows"
    # Of the public id, such as `ord`; None where rows have none.
    prefix: ClassVar[str | None] = None
    find_by: ClassVar[tuple[Finder, ...]] = ()
    queues: ClassVar[tuple[Queue, ...]] = ()
    # The names of its acts on a row, as they stand in the class.
    acts: ClassVar[tuple[str, ...]] = ()
    # Large columns that the list does not show.
    list_defer: ClassVar[tuple[str, ...]] = ()

    list_per_page = 100
    # A COUNT(*) reads the whole table for a number that nobody needs.
    show_full_result_count = False
    paginator = InfinitePaginator
    show_facets = admin.ShowFacets.NEVER
    list_max_show_all = 0
    list_disable_select_all = True
    # By time of making, newest first, along the primary key. Sorting by any other column would
    # sort the whole table.
    ordering: ClassVar[Any] = ("-pk",)
    sortable_by = ()
    empty_value_display = "–"
    actions_on_top = True
    save_on_top = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        terms = {
            name: member.terms
            for base in reversed(cls.__mro__)
            for name, member in vars(base).items()
            if isinstance(getattr(member, "terms", None), Terms)
        }
        cls.acts = tuple(name for name, x in terms.items() if not x.is_of_list)
        cls.actions_list = tuple(name for name, x in terms.items() if x.is_of_list)
        cls.actions_detail = tuple(_grouped(cls.acts, terms))
        groups: Any = cls.fieldsets or ((None, {"fields": cls.fields or ()}),)
        cls.readonly_fields = flatten_fieldsets(groups)

    @property
    def site(self) -> StaffSite:
        return cast("StaffSite", self.admin_site)

    @property
    def title(self) -> str:
        return self.menu_title or capfirst(str(self.opts.verbose_name_plural))

    @property
    def address(self) -> str:
        return reverse(f"{self._url_name}_changelist")

    def address_of(self, row: Model) -> str:
        return reverse(f"{self._url_name}_change", args=[row.pk])

    @property
    def _url_name(self) -> str:
        return f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}"

    @property
    def finders(self) -> tuple[Finder, ...]:
        return (belonging_to("pk", self.prefix), *self.find_by) if self.prefix else self.find_by

    # Who may do what.

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self.site.actor_of(request).roles & {"admin", *self.roles})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    # Lists.

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        # A relation that a list forgot to join costs one statement for the page, not one a row.
        rows = super().get_queryset(request).fetch_mode(FETCH_PEERS)
        if self.list_defer and _is_list(request):
            rows = rows.defer(*self.list_defer)
        return rows

    def get_ordering(self, request: HttpRequest) -> Any:
        # A queue is worked off from its oldest row.
        query = request.GET.dict()
        is_queue = any(queue.filters.items() <= query.items() for queue in self.queues)
        return ("pk",) if is_queue else self.ordering

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        # Only says that there is a search box; what it finds is decided below.
        return tuple(finder.lookup for finder in self.finders)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Row], search_term: str
    ) -> tuple[QuerySet[Row], bool]:
        if not search_term:
            return queryset, False
        condition = rows_meant_by(search_term, self.finders)
        return (queryset.none() if condition is None else queryset.filter(condition)), False

    def lengths_of_queues(self, request: HttpRequest) -> Iterator[tuple[Queue, int, str]]:
        """Give each queue with its length, one statement each, and its address."""
        for queue in self.queues:
            rows = self.model._default_manager.filter(queue.condition).order_by()
            yield (
                queue,
                rows.values("pk")[:COUNTED_AT_MOST].count(),
                f"{self.address}?{urlencode(queue.filters)}",
            )

    # Pages of one row.

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        page = getattr(response, "context_data", None) or {}
        if row := page.get("original"):
            page["actions_detail"] = [*self._buttons(request, row, page["actions_detail"])]
            # Pages of people are among these; who looked at what can be asked of the log.
            log.info(
                "admin.row.viewed",
                row=self.name_of(row),
                table=self.opts.label_lower,
                **describe(self.site.actor_of(request)),
            )
        return response

    def get_actions_list(self, request: HttpRequest) -> list[Any]:
        """Give the buttons this person may press above the list."""
        actor = self.site.actor_of(request)
        return [
            self.get_unfold_action(name)
            for name in self.actions_list
            if getattr(type(self), name).terms.allows(actor)
        ]

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[Any]:
        """Give the buttons this person may press on this row as it is."""
        actor = self.site.actor_of(request)
        row = self.get_object(request, str(object_id))
        if row is None:
            return []
        return [
            self.get_unfold_action(name)
            for name in self.acts
            if (terms := getattr(type(self), name).terms).allows(actor) and terms.applies(row)
        ]

    def _buttons(
        self, request: HttpRequest, row: Row, acts: Sequence[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """Let each act carry the version of the row that the page shows, and lead to the trail."""
        version = self.version_of(row)
        suffix = "" if version is None else f"?{VERSION_PARAMETER}={version}"
        for button in acts:
            yield _with_suffix(button, suffix)
        if (self.prefix or self.acts) and (trail := self.site.trail_of(request, self.name_of(row))):
            yield {"title": "Audit trail", "icon": "history_edu", "path": trail, "attrs": {}}

    def leads_to(self, row: Row) -> str:
        """Give the address of the page that is shown when an act on the row is done."""
        return self.address_of(row)

    def version_of(self, row: Any) -> int | None:
        """Give what counts the changes of a row; that of its aggregate, where it is part of one."""
        version: int | None = getattr(row, "version", None)
        return version

    def missing(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

    # The audit trail.

    def name_of(self, row: Row) -> str:
        """Name a row for the audit trail: by its public id, where it has one."""
        return ids.encode(self.prefix, row.pk) if self.prefix else f"{self._noun}:{row.pk}"

    @property
    def _noun(self) -> str:
        return str(self.opts.verbose_name).replace(" ", "_")

    def record(self, row: Row, act: str, acting: Acting, *, details: Mapping[str, object]) -> None:
        self.site.record_act(
            actor=acting.actor,
            action=f"{self.opts.app_label}.{self._noun}.{act}",
            subject=self.name_of(row),
            details={**details, "token": acting.token},
            now=acting.now,
        )


def _is_list(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match and match.url_name and match.url_name.endswith("_changelist"))


def _grouped(names: Sequence[str], terms: Mapping[str, Terms]) -> Iterator[str | Mapping[str, Any]]:
    """Put acts of one group under one button, which stands where the first of them would."""
    groups = {name: terms[name].group for name in names}
    shown: set[str] = set()
    for name, group in groups.items():
        if not group:
            yield name
        elif group not in shown:
            shown.add(group)
            items = [other for other, of_group in groups.items() if of_group == group]
            yield {"title": group, "items": items}


def _with_suffix(button: dict[str, Any], suffix: str) -> dict[str, Any]:
    if "items" in button:
        return {**button, "items": [_with_suffix(item, suffix) for item in button["items"]]}
    return {**button, "path": button["path"] + suffix}
