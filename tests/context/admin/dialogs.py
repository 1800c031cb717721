"""A dialog as a browser has it: everything that is filled in when it opens, ready to be sent."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.db import models
from django.test import Client

from tests.context.admin.conftest import page_of


def opened(client: Client, row: models.Model, act: str) -> dict[str, str]:
    """Open the dialog of an act and give its fields, as they would be sent at once."""
    page = page_of(type(row)).address_of(row).removesuffix("change/")
    return filled_in(client.get(f"{page}{act.replace('_', '-')}/"))


def filled_in(answer: Any) -> dict[str, str]:
    reader = _Reader()
    reader.feed(answer.content.decode())
    return reader.fields


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside = ""
        self._blanks = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "template":
            self._blanks += 1
        elif self._blanks:
            return
        elif tag == "input" and name:
            is_box = given.get("type") == "checkbox"
            if not is_box or "checked" in given:
                self.fields[name] = given.get("value", "on" if is_box else "")
        elif tag in ("textarea", "select"):
            self._inside = name
            self.fields[name] = ""
        elif tag == "option" and "selected" in given:
            self.fields[self._inside] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea" and self._inside:
            self.fields[self._inside] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._blanks -= 1
        elif tag in ("textarea", "select"):
            self._inside = ""
