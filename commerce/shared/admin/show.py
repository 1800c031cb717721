"""How a value looks to staff: money as money, states as coloured labels, ids as links.

Each function makes a column for `list_display`, `fields` or an inline.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from django.contrib import admin
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from commerce.shared import ids
from commerce.shared.money import Money

# A function of the row, with a title. Django takes those as columns; its stubs know of names only.
type Column = Any

NOTHING: Final = "–"

# What each state asks of the person who sees it. A state that asks nothing is grey.
_TONES: Final = {
    # It is as it should be.
    **dict.fromkeys(
        "active allocated approved closed completed delivered fulfilled in_stock inspected paid "
        "processed published ready received resolved succeeded won".split(),
        "good",
    ),
    # It is on its way.
    **dict.fromkeys(
        "advancing dispatched held in_progress open packed packing partially_fulfilled pending "
        "placed preorder processing requested requires_capture sending trialing "
        "under_review warning_under_review".split(),
        "moving",
    ),
    # Somebody may have to do something.
    **dict.fromkeys(
        "backorder draft exception incomplete low_stock needs_response on_hold "
        "partially_refunded partially_returned past_due paused requires_action "
        "requires_payment_method unfulfilled unpaid warning_needs_response".split(),
        "warning",
    ),
    # It went wrong.
    **dict.fromkeys(
        "declined failed lost out_of_stock parked rejected uncollectible unknown".split(), "bad"
    ),
}

_LABEL: Final = (
    "inline-block font-semibold rounded-default text-[11px] uppercase whitespace-nowrap h-6 "
    "leading-6 px-2 "
)
_LABEL_OF: Final = {
    "good": "bg-green-100 text-green-700 dark:bg-green-500/20 dark:text-green-400",
    "moving": "bg-blue-100 text-blue-700 dark:bg-blue-500/20 dark:text-blue-400",
    "warning": "bg-orange-100 text-orange-700 dark:bg-orange-500/20 dark:text-orange-400",
    "bad": "bg-red-100 text-red-700 dark:bg-red-500/20 dark:text-red-400",
    "": "bg-base-500/8 text-base-700 dark:bg-base-500/20 dark:text-base-200",
}
_STREET, _CITY, _LAND = (
    ("name", "line1", "line2"),
    ("postal_code", "city", "region"),
    ("country", "phone"),
)
_LINK: Final = "text-link"


# Columns.


def public_id(prefix: str, name: str = "pk", *, title: str = "Id") -> Column:
    """The id as customers and the API know it."""
    return _column(name, title, lambda value: ids.encode(prefix, value))


def money(name: str, title: str = "") -> Column:
    """An amount as `12.50 USD`: a `MoneyOf` of the row, or its minor units in the row's currency."""

    def column(row: Any) -> str:
        amount = getattr(row, name)
        return str(Money(amount, row.currency) if isinstance(amount, int) else amount)

    column.__name__ = name
    return admin.display(column, description=title or _title_of(name.removesuffix("_minor")))


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
        return _anchor(
            _url_of(row._meta.label, row.pk), str(attrgetter(named)(row) if named else row)
        )

    return _column(name, title, shown)


def page(name: str, title: str = "") -> Column:
    """The row itself, under one of its names: how an inline leads to the row's own page."""

    def column(row: Any) -> str:
        return _anchor(_url_of(row._meta.label, row.pk), str(getattr(row, name)))

    column.__name__ = f"page_{name}"
    return admin.display(column, description=title or _title_of(name))


def flag(name: str, title: str = "") -> Column:
    """Whether something is so. Not so is nothing to worry about, and looks like it."""
    return _column(name, title, lambda value: "yes" if value else NOTHING)


def reference(name: str, to: str, prefix: str, *, title: str = "") -> Column:
    """A row of another context, named as its model's label: `reference(…, "billing.Order", "ord")`."""

    def shown(value: UUID) -> str:
        return _anchor(_url_of(to, value), ids.encode(prefix, value))

    return _column(name, title or name.removesuffix("_id"), shown)


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


# Pieces of HTML.


def document(value: object) -> SafeString:
    return format_html(
        '<pre class="document">{}</pre>', json.dumps(value, indent=2, ensure_ascii=False)
    )


def label(value: str) -> SafeString:
    """A state as a coloured word."""
    tone = _LABEL_OF[_TONES.get(value, "")]
    return format_html('<span class="{}">{}</span>', _LABEL + tone, value.replace("_", " "))


def labels(*values: str) -> SafeString:
    return format_html_join(" ", "{}", ((label(value),) for value in values))


def facts(pairs: Iterable[tuple[str, object]]) -> SafeString:
    """Names and values under each other: a money box."""
    rows = format_html_join("", '<tr><td class="text-subtle">{}</td><td>{}</td></tr>', pairs)
    return format_html('<table class="facts">{}</table>', rows)


def timeline(events: Iterable[tuple[datetime, str, Mapping[str, Any]]]) -> SafeString:
    """What happened, one line each."""
    rows = format_html_join(
        "",
        '<tr><td class="text-subtle">{}</td>'
        '<td class="font-medium text-important">{}</td><td>{}</td></tr>',
        (
            (f"{at:%Y-%m-%d %H:%M:%S}", kind.replace("_", " "), words(data))
            for at, kind, data in events
        ),
    )
    return format_html('<table class="timeline">{}</table>', rows)


def words(data: Mapping[str, Any]) -> str:
    """The data of an event on one line, amounts as money."""
    return " · ".join(f"{_title_of(key)}: {_word(value)}" for key, value in data.items())


def _word(value: object) -> str:
    match value:
        case {"amount": int(minor), "currency": str(currency)}:
            return str(Money(minor, currency))
        case Mapping():
            return ", ".join(f"{key} {_word(inner)}" for key, inner in value.items())
        case list():
            return ", ".join(_word(inner) for inner in value)
        case None:
            return NOTHING
    return str(value)


def _column(name: str, title: str, shown: Callable[[Any], object]) -> Column:
    """Build the column; None and a broken chain of relations are shown as nothing."""
    get = attrgetter(name)

    def column(row: Any) -> object:
        try:
            value = get(row)
        except AttributeError:
            if "." in name:  # a relation on the way is NULL
                return NOTHING
            raise
        return NOTHING if value is None or value == "" else shown(value)

    column.__name__ = name.replace(".", "_")
    return admin.display(column, description=title or _title_of(name))


def _title_of(name: str) -> str:
    return name.rpartition(".")[2].replace("_", " ").strip()


def _url_of(model_label: str, pk: object) -> str | None:
    try:
        return reverse(f"admin:{model_label.lower().replace('.', '_')}_change", args=[pk])
    except NoReverseMatch:
        return None


def _anchor(url: str | None, words_shown: str) -> str:
    if url is None:
        return words_shown
    return format_html('<a class="{}" href="{}">{}</a>', _LINK, url, words_shown)
