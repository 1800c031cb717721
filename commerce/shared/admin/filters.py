"""Filters of lists: named conditions, each along an index where the table is large."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest


def condition_filter(
    title: str, parameter: str, **conditions: tuple[str, Q]
) -> type[admin.SimpleListFilter]:
    """Make a list filter of named conditions: `parked=("parked", Q(parked_at__isnull=False))`."""

    class ConditionFilter(admin.SimpleListFilter):
        def lookups(
            self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
        ) -> list[tuple[str, str]]:
            return [(value, words) for value, (words, _) in conditions.items()]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            chosen = self.value()
            return queryset.filter(conditions[chosen][1]) if chosen in conditions else queryset

    ConditionFilter.title = title
    ConditionFilter.parameter_name = parameter
    return ConditionFilter


def status_filter(
    statuses: type[models.TextChoices], field: str = "status"
) -> type[admin.SimpleListFilter]:
    """Make a list filter of a state column: `?status=on_hold`."""
    conditions = {state.value: (state.label, Q((field, state.value))) for state in statuses}
    return condition_filter(field.replace("_", " "), field, **conditions)
