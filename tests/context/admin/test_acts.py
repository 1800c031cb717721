"""What happens when somebody presses a button: one use case, once, or a refusal they can read."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from commerce.billing.models import Order
from commerce.catalog.models import Product
from commerce.fulfilment.models import StockLevel
from commerce.identity.models import AuditEntry
from commerce.shared.errors import Conflict
from tests.context.admin import (
    cases_billing,
    cases_catalog,
    cases_fulfilment,
    cases_identity,
    cases_shared,
)
from tests.context.admin.cases import TOKEN, Case
from tests.context.admin.cases_billing import paid_order
from tests.context.admin.conftest import ROLES, page_of, pages, press
from tests.context.admin.rows import rows_of

pytestmark = pytest.mark.django_db
CASES: list[Case] = [
    *cases_identity.CASES,
    *cases_catalog.CASES,
    *cases_fulfilment.CASES,
    *cases_billing.CASES,
    *cases_shared.CASES,
]
each_act = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.on.__name__}-{case.act}")


class Recorder:
    """Stands in for a use case, and remembers how it was called."""

    def __init__(self, answer: Any = None, refusal: Exception | None = None) -> None:
        self.answer, self.refusal = answer, refusal
        self.calls: list[dict[str, Any]] = []

    def __call__(self, *_positional: Any, **given: Any) -> Any:
        self.calls.append(given)
        if self.refusal:
            raise self.refusal
        return self.answer


@pytest.fixture
def played(monkeypatch):
    """Put a recorder in place of the use case of an act."""

    def play(case: Case, **behaviour: Any) -> Recorder:
        recorder = Recorder(**behaviour)
        monkeypatch.setattr(case.calls, recorder)
        return recorder

    return play


def act(client: Client, case: Case, row: Any, **more: Any) -> Any:
    return press(client, row, case.act, {"token": TOKEN, **case.data(row)}, **more)


class TestActs:
    def test_are_all_in_the_table(self):
        known = sorted((page.opts.label, name) for page in pages() for name in page.acts)

        assert sorted((case.on._meta.label, case.act) for case in CASES) == known

    @each_act
    def test_call_their_use_case_once_and_tell_what_was_done(self, case, played, at_desk):
        row = case.row()
        use_case = played(case, answer=case.answers(row))

        answer = act(at_desk("admin"), case, row)

        (given,) = use_case.calls
        wanted = case.wants(row)
        assert {name: _plain(given[name]) for name in wanted} == {
            name: _plain(value) for name, value in wanted.items()
        }
        (said,) = get_messages(answer.wsgi_request)
        assert (said.level_tag, str(said)[-1]) == ("success", ".")
        assert answer.headers["HX-Redirect"] == page_of(case.on).leads_to(row)

    @each_act
    def test_stand_in_the_audit_trail(self, case, played, at_desk):
        row = case.row()
        played(case, answer=case.answers(row))
        client = at_desk("admin")

        act(client, case, row)

        trail = AuditEntry.objects.filter(subject=page_of(case.on).name_of(row))
        if not case.is_recorded:  # the use case does it itself
            assert not trail.exists()
            return
        entry = trail.get()
        noun = case.on._meta.verbose_name.replace(" ", "_")
        assert entry.action == f"{case.on._meta.app_label}.{noun}.{case.act}"
        assert str(entry.actor_id) == client.session["_auth_user_id"]
        assert entry.details.items() >= {**case.audits, "token": TOKEN}.items()

    @each_act
    def test_show_a_refusal_and_keep_what_was_typed(self, case, played, at_desk):
        row = case.row()
        played(case, refusal=Conflict("it is too late for this"))

        answer = act(at_desk("admin"), case, row)

        assert answer.status_code == 200
        assert "It is too late for this." in answer.content.decode()
        assert str(answer.context["form"]["token"].value()) == TOKEN
        assert not AuditEntry.objects.exists()

    @each_act
    def test_are_offered_to_their_roles_and_refused_to_all_others(self, case, played, at_desk):
        row = case.row()
        use_case = played(case, answer=case.answers(row))
        desks = {role: at_desk(role) for role in ROLES}

        offered = {role for role, client in desks.items() if _is_offered(client, case, row)}
        statuses = {role: act(client, case, row).status_code for role, client in desks.items()}

        allowed = {"admin", *case.roles}
        assert offered == allowed
        assert {role for role, status in statuses.items() if status == 200} == allowed
        assert {role for role, status in statuses.items() if status == 403} == set(ROLES) - allowed
        assert len(use_case.calls) == len(allowed)

    @each_act
    def test_only_ask_before_they_are_confirmed(self, case, played, at_desk):
        row = case.row()
        use_case = played(case)
        url = f"{page_of(case.on).address_of(row).removesuffix('change/')}{case.act.replace('_', '-')}/"

        dialog = at_desk("admin").get(url)

        assert dialog.status_code == 200
        assert 'name="csrfmiddlewaretoken"' in dialog.content.decode()
        assert UUID(str(dialog.context["form"]["token"].value()))
        assert use_case.calls == []


class TestForgery:
    def test_is_refused(self, played):
        case = next(case for case in CASES if case.act == "cancel")
        row = case.row()
        use_case = played(case)
        client = Client(enforce_csrf_checks=True)

        assert act(client, case, row).status_code in (302, 403)
        assert use_case.calls == []

    def test_of_a_signed_in_person_is_refused(self, played, at_desk):
        case = next(case for case in CASES if case.act == "cancel")
        row = case.row()
        use_case = played(case)
        client = at_desk("admin")
        client.handler.enforce_csrf_checks = True

        assert act(client, case, row).status_code == 403
        assert use_case.calls == []


class TestStalePage:
    @pytest.mark.parametrize(("shown", "calls"), [(3, 1), (2, 0)])
    def test_is_refused(self, shown, calls, played, at_desk):
        case = next(c for c in CASES if c.calls.endswith("cancel_order"))
        order = paid_order()
        use_case = played(case, answer=order)

        answer = act(at_desk("support"), case, order, query=f"?version={shown}")

        assert len(use_case.calls) == calls
        assert ("has changed since the page was opened" in answer.content.decode()) == (not calls)

    def test_is_told_by_the_version_that_its_buttons_carry(self, at_desk):
        order = paid_order()

        page = at_desk("admin").get(page_of(Order).address_of(order))

        acts = [button["path"] for button in _buttons(page) if "audit" not in button["path"]]
        assert acts
        assert all(path.endswith("?version=3") for path in acts)

    def test_hands_its_version_to_a_use_case_that_checks_it_again(self, played, at_desk):
        case = next(c for c in CASES if c.act == "change_texts")
        (product,) = rows_of(Product, 1, version=7)
        use_case = played(case, answer=product)

        act(at_desk("catalog"), case, product, query="?version=7")

        assert use_case.calls[0]["expected_version"] == 7


class TestForms:
    def test_refuse_more_than_can_go_back(self, at_desk):
        order = paid_order()

        answer = press(
            at_desk("support"), order, "refund_amount", {"reason": "goodwill", "amount": "9.01"}
        )

        assert answer.context["form"].errors["amount"]

    def test_refuse_fractions_of_a_cent(self, at_desk):
        order = paid_order()

        answer = press(
            at_desk("support"), order, "refund_amount", {"reason": "goodwill", "amount": "1.005"}
        )

        assert answer.context["form"].errors["amount"]

    def test_refuse_a_choice_of_nothing(self, at_desk):
        order = paid_order()

        answer = press(at_desk("support"), order, "refund_units", {"reason": "damaged"})

        assert "Choose at least one unit." in answer.content.decode()

    def test_need_their_token(self, played, at_desk):
        case = next(c for c in CASES if c.act == "adjust")
        (level,) = rows_of(StockLevel, 1, sku="mug", on_hand=5)
        use_case = played(case)

        press(at_desk("admin"), level, "adjust", {**case.data(level), "token": "x"})

        assert use_case.calls == []

    def test_of_a_row_that_is_gone_lead_back_to_the_start(self, at_desk):
        (level,) = rows_of(StockLevel, 1)
        level.pk = uuid4()

        assert press(at_desk("admin"), level, "adjust").status_code == 302


def _is_offered(client: Client, case: Case, row: Any) -> bool:
    page = client.get(page_of(case.on).address_of(row))
    path = f"/{case.act.replace('_', '-')}/"
    return page.status_code == 200 and any(path in button["path"] for button in _buttons(page))


def _buttons(page: Any) -> list[dict[str, Any]]:
    shown = page.context["actions_detail"]
    return [button for each in shown for button in each.get("items", [each])]


def _plain(value: Any) -> Any:
    """Compare choices, ids and lists of them by what they say."""
    if isinstance(value, list):
        return [_plain(x) for x in value]
    return str(value) if isinstance(value, UUID | str) else value
