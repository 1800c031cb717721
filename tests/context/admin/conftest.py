"""Somebody at the admin site, and what they press."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client

from commerce.shared.admin import StaffAdmin
from config.admin_menu import MENU
from tests.factories.identity import UserFactory

ROLES = ("admin", "support", "warehouse", "finance", "catalog")


def pages() -> list[StaffAdmin[Any]]:
    """Give every page, in the order of the menu."""
    by_label = {model._meta.label: page for model, page in admin.site._registry.items()}
    return [by_label[label] for labels in MENU.values() for label in labels]


each_page = pytest.mark.parametrize("page", pages(), ids=lambda page: page.opts.label)


def page_of(model: type[models.Model]) -> StaffAdmin[Any]:
    return admin.site._registry[model]


@pytest.fixture
def at_desk(db: None) -> Callable[..., Client]:
    """Sign somebody in at the admin site: `at_desk("warehouse")`."""

    def sign_in(*roles: str, **who: Any) -> Client:
        client = Client()
        client.force_login(UserFactory(roles=roles, **who))
        return client

    return sign_in


def press(
    client: Client, row: models.Model, act: str, data: Mapping[str, Any] | None = None, **more: Any
) -> Any:
    """Send the form of an act, as the dialog does."""
    url = f"{page_of(type(row)).address_of(row).removesuffix('change/')}{act.replace('_', '-')}/"
    return _send(client, url + more.pop("query", ""), data)


def press_above(
    client: Client, model: type[models.Model], act: str, data: Mapping[str, Any] | None = None
) -> Any:
    """Send the form of an act above the list."""
    return _send(client, f"{page_of(model).address}{act.replace('_', '-')}/", data)


def _send(client: Client, url: str, data: Mapping[str, Any] | None) -> Any:
    return client.post(
        url,
        {"_form_submitted": "True", "token": str(uuid4()), **(data or {})},
        headers={"HX-Request": "true"},
    )
