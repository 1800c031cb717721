"""Every list and every page of the admin, with rows in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten, lookup_field
from django.db import connection, models
from django.forms.models import _get_foreign_key
from django.test.utils import CaptureQueriesContext

from commerce.billing.models import Entry
from tests.context.admin.conftest import each_page, pages
from tests.context.admin.rows import rows_of, some_rows

ROWS = 100
LIST_STATEMENTS_AT_MOST = 15
PAGE_STATEMENTS_AT_MOST = 40

pytestmark = pytest.mark.django_db


class TestLists:
    @each_page
    def test_show_a_hundred_rows_in_a_fixed_number_of_statements(self, page, at_desk):
        rows = some_rows(page.model, ROWS)
        client = at_desk("admin")

        with CaptureQueriesContext(connection) as asked:
            response = client.get(page.address)

        assert len(response.context["cl"].result_list) >= min(len(rows), ROWS)
        assert len(asked) <= LIST_STATEMENTS_AT_MOST
        assert not [query for query in asked if "COUNT(" in query["sql"]]

    @pytest.mark.parametrize(
        ("page", "query"),
        [
            (page, f"{kind.parameter_name}={value}")
            for page in pages()
            for kind in page.list_filter
            if isinstance(kind, type)
            for value, _ in kind(None, {}, page.model, page).lookup_choices
        ],
        ids=lambda x: x if isinstance(x, str) else x.opts.label,
    )
    def test_can_be_filtered(self, page, query, at_desk):
        assert at_desk("admin").get(f"{page.address}?{query}").status_code == 200


class TestPages:
    @each_page
    def test_open(self, page, at_desk):
        row = some_rows(page.model, 2)[0]
        for inline in page.inlines:
            _child_of(row, inline)
        client = at_desk("admin")

        with CaptureQueriesContext(connection) as asked:
            response = client.get(page.address_of(row))

        assert response.status_code == 200
        assert len(asked) <= PAGE_STATEMENTS_AT_MOST

    @each_page
    def test_have_fields_that_can_be_read(self, page):
        # The theme shows a dash for a field that raises; so they are read here.
        row = page.model._default_manager.get(pk=some_rows(page.model, 2)[0].pk)

        for field in flatten(page.readonly_fields):
            _read(field, row, page)
        for inline in page.inlines:
            child = _child_of(row, inline)
            for field in inline.fields:
                _read(field, child, inline(page.model, admin.site))


def _child_of(row: models.Model, inline: Any) -> Any:
    key = _get_foreign_key(type(row), inline.model)
    if inline.model is Entry:
        return Entry.objects.filter(transaction=row.pk).first()
    return rows_of(inline.model, 1, **{key.attname: row.pk})[0]


def _read(field: Any, row: models.Model, page: Any) -> None:
    name = field if isinstance(field, str) else field.__name__
    try:
        lookup_field(field, row, page)
    except models.ObjectDoesNotExist:
        # The other end of a one-to-one relation; the page shows that there is none.
        assert "." not in name
