"""How a value looks to staff: states as coloured words, amounts as money, ids as links."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commerce.shared import ids
from commerce.shared.money import Money

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


def grid(titles: Iterable[object], rows: Iterable[Iterable[object]]) -> SafeString | str:
    """A small table with a line of titles; without rows, nothing."""
    lines = [
        format_html("<tr>{}</tr>", format_html_join("", "<td>{}</td>", ((x,) for x in row)))
        for row in rows
    ]
    if not lines:
        return NOTHING
    return format_html(
        '<table class="grid-of-rows"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        format_html_join("", '<th class="text-subtle">{}</th>', ((x,) for x in titles)),
        format_html_join("", "{}", ((line,) for line in lines)),
    )


def amount(minor: int | None, currency: str) -> str:
    return NOTHING if minor is None else str(Money(minor, currency))


def picture(url: str, alt: str, *, is_large: bool = False) -> SafeString:
    """A thumbnail; or the picture as large as a page has room for."""
    kind = "picture" if is_large else "thumbnail"
    return format_html('<img class="{}" src="{}" alt="{}" loading="lazy">', kind, url, alt)


def progress(done: int, total: int) -> SafeString:
    """How far something is, as a bar; nothing to do is done."""
    return format_html(
        '<progress class="progress-bar" max="100" value="{0}">{0} %</progress> {0} %',
        100 * done // total if total else 100,
    )


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


def linked(name: str) -> str:
    """A public id as a link to the page of its kind; anything else as it is."""
    prefix, _, _ = name.rpartition("_")
    page = _pages_by_prefix().get(prefix)
    try:
        return name if page is None else anchor(url_of(page, ids.decode(prefix, name)), name)
    except ids.InvalidId:
        return name


@functools.cache
def _pages_by_prefix() -> dict[str, str]:
    return {
        prefix: model._meta.label
        for model, page in admin.site._registry.items()  # noqa: SLF001 - there is no public way
        if (prefix := getattr(page, "prefix", None))
    }


def words(data: Mapping[str, Any]) -> str:
    """The data of an event on one line: amounts as money, public ids as links."""
    return format_html_join(
        " · ", "{}: {}", ((title_of(key), _word(value)) for key, value in data.items())
    )


def _word(value: object) -> str:
    match value:
        case str():
            return linked(value)
        case {"amount": int(minor), "currency": str(currency)}:
            return str(Money(minor, currency))
        case Mapping():
            return ", ".join(f"{key} {_word(inner)}" for key, inner in value.items())
        case list():
            return ", ".join(_word(inner) for inner in value)
        case None:
            return NOTHING
    return str(value)


def title_of(name: str) -> str:
    return name.rpartition(".")[2].replace("_", " ").strip()


def url_of(model_label: str, pk: object) -> str | None:
    """Give the address of a row's page, or None where its table has none."""
    try:
        return reverse(f"admin:{model_label.lower().replace('.', '_')}_change", args=[pk])
    except NoReverseMatch:
        return None


def anchor(url: str | None, words_shown: str) -> str:
    if url is None:
        return words_shown
    return format_html('<a class="text-link" href="{}">{}</a>', url, words_shown)
