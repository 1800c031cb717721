"""Buttons above lists: what makes a row, what only answers, and what gives a file."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages

from commerce.catalog.models import Import, Product, Promotion
from commerce.identity.models import AuditEntry
from commerce.shared.errors import Conflict
from tests.context.admin.cases import TOKEN, ListCase
from tests.context.admin.cases_catalog_lists import CASES
from tests.context.admin.conftest import ROLES, page_of, pages, press_above
from tests.context.admin.rows import rows_of

pytestmark = pytest.mark.django_db
each_act = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.on.__name__}-{case.act}")
# They make no row, and have tests of their own below.
OTHERS = {
    ("catalog.Promotion", "why"),
    ("catalog.Import", "export_csv"),
    ("catalog.Import", "export_jsonl"),
}


@pytest.fixture
def played(monkeypatch):
    """Put what remembers its calls in place of the use case of an act."""

    def play(case: ListCase, *, answer: Any = None, refusal: Exception | None = None) -> list[Any]:
        calls: list[Any] = []

        def use_case(**given: Any) -> Any:
            calls.append(given)
            if refusal:
                raise refusal
            return answer

        monkeypatch.setattr(case.calls, use_case)
        return calls

    return play


class TestListActs:
    def test_are_all_in_the_table(self):
        known = {(page.opts.label, name) for page in pages() for name in page.actions_list}

        assert {(case.on._meta.label, case.act) for case in CASES} == known - OTHERS

    @each_act
    def test_call_their_use_case_once_and_lead_to_what_came_of_it(self, case, played, at_desk):
        row = case.row()
        calls = played(case, answer=row)

        answer = press_above(
            at_desk("admin"), case.on, case.act, {"token": TOKEN, **_fresh(case.data)}
        )

        (given,) = calls
        assert {name: given[name] for name in case.wants} == dict(case.wants)
        (said,) = get_messages(answer.wsgi_request)
        assert (said.level_tag, str(said)[-1]) == ("success", ".")
        shown = row if isinstance(row, case.on) else case.on._default_manager.get()
        assert answer.headers["HX-Redirect"] == page_of(case.on).address_of(shown)

    @each_act
    def test_stand_in_the_audit_trail(self, case, played, at_desk):
        played(case, answer=case.row())

        press_above(at_desk("admin"), case.on, case.act, {"token": TOKEN, **_fresh(case.data)})

        entry = AuditEntry.objects.get()
        noun = case.on._meta.verbose_name.replace(" ", "_")
        assert entry.action == f"{case.on._meta.app_label}.{noun}.{case.act}"
        assert entry.details.items() >= {**case.audits, "token": TOKEN}.items()

    @each_act
    def test_show_a_refusal_and_keep_what_was_typed(self, case, played, at_desk):
        played(case, refusal=Conflict("it is too late for this"))

        answer = press_above(
            at_desk("admin"), case.on, case.act, {"token": TOKEN, **_fresh(case.data)}
        )

        assert "It is too late for this." in answer.content.decode()
        assert not AuditEntry.objects.exists()

    @each_act
    def test_are_offered_to_their_roles_and_refused_to_all_others(self, case, played, at_desk):
        calls = played(case, refusal=Conflict("no"))

        allowed = set()
        for role in ROLES:
            client, page = at_desk(role), page_of(case.on)
            listed = client.get(page.address)
            path = f"/{case.act.replace('_', '-')}/"
            buttons = listed.context["actions_list"] if listed.status_code == 200 else []
            is_offered = any(button["path"].endswith(path) for button in buttons)
            status = press_above(client, case.on, case.act, _fresh(case.data)).status_code
            assert is_offered == (status == 200)
            if is_offered:
                allowed.add(role)

        assert allowed == {"admin", *case.roles}
        assert len(calls) == len(allowed)

    @each_act
    def test_only_ask_before_they_are_confirmed(self, case, played, at_desk):
        calls = played(case)

        dialog = at_desk("admin").get(f"{page_of(case.on).address}{case.act.replace('_', '-')}/")

        assert dialog.status_code == 200
        assert calls == []


class TestQuestions:
    def test_are_answered_on_their_form_and_change_nothing(self, at_desk):
        answer = press_above(
            at_desk("support"), Promotion, "why", {"lines": "nothing-such", "currency": "USD"}
        )

        assert "nothing-such" in answer.content.decode()
        assert "HX-Redirect" not in answer.headers
        assert not AuditEntry.objects.exists()

    def test_are_refused_to_other_roles(self, at_desk):
        answer = press_above(at_desk("finance"), Promotion, "why", {"lines": "mug"})

        assert answer.status_code == 403


class TestDownloads:
    @pytest.mark.parametrize("act", ["export-csv", "export-jsonl"])
    def test_give_a_file_to_their_roles_alone(self, act, at_desk):
        rows_of(Product, 1, slug="mug")
        address = f"{page_of(Import).address}{act}/"

        given = at_desk("catalog").get(address)

        assert given["Content-Disposition"].startswith("attachment")
        assert given.streaming
        assert at_desk("support").get(address).status_code == 403


def _fresh(data: Any) -> dict[str, Any]:
    """Files are read once."""
    return {name: value() if callable(value) else value for name, value in data.items()}
