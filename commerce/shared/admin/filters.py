"""Filters of lists: named conditions, each along an index where the table is large."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest

# Chooses every row where otherwise a condition holds at first.
ALL: Final = "all"


def condition_filter(
    title: str, parameter: str, *, at_first: str = "", **conditions: tuple[str, Q]
) -> type[admin.SimpleListFilter]:
    """Make a list filter of named conditions: `parked=("Parked", Q(parked_at__isnull=False))`.

    The condition named by `at_first` holds until another choice is made, and not for searches:
    who looks for one row finds it.
    """

    class ConditionFilter(admin.SimpleListFilter):
        def lookups(
            self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
        ) -> list[tuple[str, str]]:
            every = [(ALL, "All")] if at_first else []
            return [*((value, words) for value, (words, _) in conditions.items()), *every]

        def choices(self, changelist: Any) -> Iterator[Any]:
            offered = super().choices(changelist)
            if at_first:
                # Django's own "All" would choose nothing, which here is the first condition.
                next(offered)
                if not changelist.query:
                    self.used_parameters.setdefault(parameter, at_first)
            yield from offered

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            chosen = self.value()
            if at_first and chosen is None and not request.GET.get(SEARCH_VAR):
                chosen = at_first
            return queryset.filter(conditions[chosen][1]) if chosen in conditions else queryset

    ConditionFilter.title = title
    ConditionFilter.parameter_name = parameter
    return ConditionFilter


def status_filter(
    statuses: type[models.TextChoices], field: str = "status"
) -> type[admin.SimpleListFilter]:
    """Make a list filter of a state column: `?status=on_hold`."""
    conditions = {state.value: (state.label, Q((field, state.value))) for state in statuses}
    return condition_filter(field.replace("_", " "), field, at_first="", **conditions)
