"""Imports over REST, for staff of the catalog: send a file, follow it, read what is wrong, stop it."""

from __future__ import annotations

import pytest

from commerce.catalog import tasks
from commerce.catalog.imports import start_import as module
from commerce.catalog.tasks import run_imports
from commerce.identity.models import AuditEntry
from commerce.shared.ids import encode, new_id
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

FILE = b"slug,title,published,sku,price:USD\nmug,Mug,yes,MUG,3.49\nbad,Bad,,BAD,cheap\n"


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr(module, "ring", lambda *_args: None)


@pytest.fixture
def staff(sign_in):
    return sign_in(UserFactory(roles=["catalog"]))


def send(client, body=FILE, query="?file_format=csv&file_name=mugs.csv", content_type="text/csv"):
    return client.post(f"/v1/imports{query}", body, content_type=content_type)


class TestSending:
    def test_answers_at_once_and_a_worker_does_it(self, staff):
        sent = send(staff)

        assert sent.status_code == 202
        assert (sent.json()["status"], sent.json()["file_name"]) == ("waiting", "mugs.csv")

        run_imports()

        ended = staff.get(f"/v1/imports/{sent.json()['id']}").json()
        assert (ended["status"], ended["progress"]) == ("finished", 1.0)
        assert {x: ended[x] for x in ("read", "created", "refused", "problems")} == {
            "read": 2,
            "created": 1,
            "refused": 1,
            "problems": 1,
        }
        assert staff.get("/v1/products/mug").json()["status"] == "published"

    def test_is_not_kept_waiting_by_one_that_nobody_can_load(self, staff, monkeypatch):
        stuck, good = send(staff).json()["id"], send(staff).json()["id"]
        load = tasks.load_next_batch

        def fails(*, import_id, now):
            if encode("imp", import_id) == stuck:
                raise ZeroDivisionError
            return load(import_id=import_id, now=now)

        monkeypatch.setattr(tasks, "load_next_batch", fails)
        run_imports()

        assert staff.get(f"/v1/imports/{stuck}").json()["status"] == "waiting"
        assert staff.get(f"/v1/imports/{good}").json()["status"] == "finished"

    def test_tells_what_is_wrong_line_by_line(self, staff):
        sent = send(staff).json()
        run_imports()

        found = staff.get(f"/v1/imports/{sent['id']}/problems").json()

        [problem] = found["data"]
        assert (problem["line"], problem["field"], problem["code"]) == (3, "price:USD", "bad_value")
        assert "3.49" in problem["message"]

    def test_leaves_nothing_behind_on_a_dry_run(self, staff):
        sent = send(staff, query="?file_format=csv&dry_run=true").json()
        run_imports()

        assert staff.get(f"/v1/imports/{sent['id']}").json()["created"] == 1
        assert staff.get("/v1/products/mug").status_code == 404

    def test_is_noted_in_the_audit_trail(self, staff):
        sent = send(staff).json()

        entry = AuditEntry.objects.get(action="catalog.import.start")
        assert entry.subject == sent["id"]

    @pytest.mark.parametrize(
        "query",
        ["", "?file_format=xml", "?file_format=csv&dry_run=perhaps", "?file_format=csv&color=red"],
    )
    def test_refuses_a_query_it_does_not_know(self, staff, query):
        assert send(staff, query=query).status_code == 400

    def test_refuses_nothing_and_other_kinds_of_bodies(self, staff):
        assert send(staff, b"").status_code == 422
        assert send(staff, b"{}", content_type="application/json").status_code == 415


class TestFollowing:
    def test_lists_the_latest_first(self, staff):
        first, second = send(staff).json()["id"], send(staff).json()["id"]

        assert [x["id"] for x in staff.get("/v1/imports").json()["data"]] == [second, first]

    def test_cancels_what_has_not_ended(self, staff):
        sent = send(staff).json()

        canceled = staff.post(f"/v1/imports/{sent['id']}/cancel")
        run_imports()

        assert canceled.json()["status"] == "canceled"
        assert staff.get(f"/v1/imports/{sent['id']}").json()["read"] == 0

    def test_says_409_to_canceling_what_is_over(self, staff):
        sent = send(staff).json()
        run_imports()

        refused = staff.post(f"/v1/imports/{sent['id']}/cancel")

        assert (refused.status_code, refused.json()["code"]) == (409, "import_ended")

    def test_says_404_to_what_is_not_there(self, staff):
        unknown = encode("imp", new_id())

        assert staff.get(f"/v1/imports/{unknown}").status_code == 404
        assert staff.get(f"/v1/imports/{unknown}/problems").status_code == 404
        assert staff.post(f"/v1/imports/{unknown}/cancel").status_code == 404


class TestWhoMay:
    def test_is_staff_of_the_catalog(self, api, sign_in, staff):
        path = f"/v1/imports/{send(staff).json()['id']}"

        for client, status in (
            (api, 401),
            (sign_in(UserFactory()), 403),
            (sign_in(UserFactory(roles=["warehouse"])), 403),
        ):
            assert send(client).status_code == status
            assert client.get("/v1/imports").status_code == status
            assert client.get(path).status_code == status
            assert client.get(f"{path}/problems").status_code == status
            assert client.post(f"{path}/cancel").status_code == status
