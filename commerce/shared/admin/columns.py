"""Columns of lists, pages and inlines: each function makes one, with its title.

For `list_display`, `fields` and an inline's `fields`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from commerce.shared import ids
from commerce.shared.admin.show import (
    NOTHING,
    anchor,
    document,
    label,
    linked,
    title_of,
    url_of,
)
from commerce.shared.money import Money

# A function of the row, with a title. Django takes those as columns; its stubs know of names only.
type Column = Any

_STREET, _CITY, _LAND = (
    ("name", "line1", "line2"),
    ("postal_code", "city", "region"),
    ("country", "phone"),
)


def public_id(prefix: str, name: str = "pk", *, title: str = "Id") -> Column:
    """The id as customers and the API know it."""
    return _column(name, title, lambda value: ids.encode(prefix, value))


def money(name: str, title: str = "") -> Column:
    """An amount as `12.50 USD`: a `MoneyOf` of the row, or its minor units in the row's currency."""

    def column(row: Any) -> str:
        amount = getattr(row, name)
        if amount is None:
            return NOTHING
        return str(Money(amount, row.currency) if isinstance(amount, int) else amount)

    column.__name__ = name
    return admin.display(column, description=title or title_of(name.removesuffix("_minor")))


def state(name: str = "status", title: str = "") -> Column:
    return _column(name, title, label)


def text(name: str, title: str = "") -> Column:
    """A value that needs no dressing, reached through relations: `text("level.sku", "SKU")`."""
    return _column(name, title, str)


def days(name: str, title: str = "") -> Column:
    """An instant, to the day."""
    return _column(name, title, lambda value: f"{value:%Y-%m-%d}")


def link(name: str, title: str = "", *, named: str = "") -> Column:
    """The row that a foreign key points to, under its own name or what `named` leads to."""

    def shown(row: Model) -> str:
        return anchor(
            url_of(row._meta.label, row.pk), str(attrgetter(named)(row) if named else row)
        )

    return _column(name, title, shown)


def page(name: str, title: str = "") -> Column:
    """The row itself, under one of its names: how an inline leads to the row's own page."""

    def column(row: Any) -> str:
        return anchor(url_of(row._meta.label, row.pk), str(getattr(row, name)))

    column.__name__ = f"page_{name}"
    return admin.display(column, description=title or title_of(name))


def flag(name: str, title: str = "") -> Column:
    """Whether something is so. Not so is nothing to worry about, and looks like it."""
    return _column(name, title, lambda value: "yes" if value else NOTHING)


def reference(name: str, to: str, prefix: str, *, title: str = "") -> Column:
    """A row of another context, named as its model's label: `reference(…, "billing.Order", "ord")`."""

    def shown(value: UUID) -> str:
        return anchor(url_of(to, value), ids.encode(prefix, value))

    return _column(name, title or name.removesuffix("_id"), shown)


def subject(name: str = "subject", title: str = "") -> Column:
    """What something is about, told by a public id of any kind."""
    return _column(name, title, linked)


def rows_about(label: str, prefix: str, title: str) -> Column:
    """The rows of another context that tell of this one: a search for its public id."""

    def column(row: Any) -> str:
        app, _, model = label.lower().partition(".")
        query = urlencode({"q": ids.encode(prefix, row.pk)})
        return anchor(f"{reverse(f'admin:{app}_{model}_changelist')}?{query}", "show")

    column.__name__ = f"rows_about_{prefix}"
    return admin.display(column, description=title)


def json_of(name: str, title: str = "") -> Column:
    """A JSON document, indented."""
    return _column(name, title, document)


def address(name: str, title: str = "") -> Column:
    """A postal address as on an envelope."""

    def shown(value: Mapping[str, str]) -> SafeString:
        city = " ".join(part for key in _CITY if (part := value.get(key)))
        lines = [value.get(key) for key in _STREET] + [city] + [value.get(key) for key in _LAND]
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines if line))

    return _column(name, title, shown)


def _column(name: str, title: str, shown: Callable[[Any], object]) -> Column:
    """Build the column; what is empty, here or on the way through relations, is shown as nothing."""

    def column(row: Any) -> object:
        value = row
        for step in name.split("."):
            value = getattr(value, step)
            if value is None or value == "":
                return NOTHING
        return shown(value)

    column.__name__ = name.replace(".", "_")
    return admin.display(column, description=title or title_of(name))
