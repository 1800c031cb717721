"""How lists of rows behave: fast on large tables, found by exact columns, queues from their oldest row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import FETCH_PEERS, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.paginator import InfinitePaginator

from commerce.shared.admin.find import Finder, belonging_to, rows_meant_by

if TYPE_CHECKING:

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


class StaffList[Row: Model](_Rows[Row]):
    """The list of a table: its place in the menu, its order, its search and its queues."""

    # In the menu, where the model's own name does not do; an icon of https://fonts.google.com/icons.
    menu_title: ClassVar[str] = ""
    icon: ClassVar[str] = "table_rows"
    # Of the public id, such as `ord`; None where rows have none.
    prefix: ClassVar[str | None] = None
    find_by: ClassVar[tuple[Finder, ...]] = ()
    queues: ClassVar[tuple[Queue, ...]] = ()
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


def _is_list(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match and match.url_name and match.url_name.endswith("_changelist"))
