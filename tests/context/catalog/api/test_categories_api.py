"""Categories over REST: everybody reads the tree, staff of the catalog change it."""

import pytest

from commerce.identity.models import AuditEntry
from tests.factories.catalog import CategoryFactory
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(sign_in):
    return sign_in(UserFactory(roles=["catalog"]))


@pytest.fixture(autouse=True)
def _tree():
    drinks = CategoryFactory(slug="drinks", name="Drinks")
    CategoryFactory(slug="tea", name="Tea", parent=drinks, translations={"de": {"name": "Tee"}})


def change(caller, body, etag="*", slug="tea"):
    headers = {"If-Match": etag} if etag else {}
    return caller.patch(f"/v1/categories/{slug}", body, format="json", headers=headers)


def move(caller, body, etag="*", slug="tea"):
    headers = {"If-Match": etag} if etag else {}
    return caller.post(f"/v1/categories/{slug}/move", body, format="json", headers=headers)


class TestRead:
    def test_shows_one_in_the_readers_language(self, api):
        answer = api.get("/v1/categories/tea", {"locale": "de-CH"})

        assert answer["ETag"] == '"1"'
        assert answer.json() | {"id": ""} == {
            "id": "",
            "slug": "tea",
            "name": "Tee",
            "parent": "drinks",
            "path": "drinks/tea",
        }
        assert api.get("/v1/categories/coffee").status_code == 404

    def test_shows_staff_every_language(self, staff):
        assert staff.get("/v1/categories/tea").json()["translations"] == {"de": {"name": "Tee"}}

    def test_translates_the_tree(self, api):
        names = [x["name"] for x in api.get("/v1/categories", {"locale": "de"}).json()["data"]]

        assert names == ["Drinks", "Tee"]
        assert api.get("/v1/categories", {"locale": "German"}).status_code == 400


class TestCreate:
    def test_grows_the_tree(self, staff):
        answer = staff.post(
            "/v1/categories", {"slug": "green", "name": "Green", "parent": "tea"}, format="json"
        )

        assert (answer.status_code, answer["ETag"]) == (201, '"1"')
        assert answer.json()["path"] == "drinks/tea/green"
        assert AuditEntry.objects.filter(action="catalog.category.create").exists()

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"slug": "Green", "name": "Green"}, 422, "invalid_field"),
            ({"slug": "green"}, 422, "validation_failed"),
            ({"slug": "green", "name": "Green", "parent": "coffee"}, 422, "unknown_category"),
            ({"slug": "tea", "name": "Tea"}, 409, "category_taken"),
        ],
    )
    def test_refuses_what_contradicts_a_rule(self, staff, body, status, code):
        answer = staff.post("/v1/categories", body, format="json")

        assert (answer.status_code, answer.json()["code"]) == (status, code)


class TestChangeAndMove:
    def test_need_the_etag_that_was_read(self, staff):
        assert change(staff, {"name": "x"}, etag="").status_code == 428
        assert move(staff, {"parent": None}, etag="").status_code == 428

        renamed = change(staff, {"name": "Teas"}, etag='"1"')
        assert (renamed.status_code, renamed["ETag"], renamed.json()["name"]) == (
            200,
            '"2"',
            "Teas",
        )
        assert change(staff, {"name": "x"}, etag='"1"').status_code == 412
        moved = move(staff, {"parent": None}, etag='"2"')
        assert (moved.status_code, moved["ETag"], moved.json()["path"]) == (200, '"3"', "tea")
        assert move(staff, {"parent": "drinks"}, etag='"2"').status_code == 412

    def test_refuse_what_they_do_not_understand(self, staff):
        assert change(staff, {"slug": "x"}).status_code == 422
        assert move(staff, {}).status_code == 422
        assert move(staff, {"parent": "tea"}).json()["code"] == "category_in_itself"
        assert change(staff, {"name": "x"}, slug="coffee").status_code == 404
        assert move(staff, {"parent": None}, slug="coffee").status_code == 404

    def test_are_for_staff_of_the_catalog(self, api, sign_in):
        for caller, status in ((api, 401), (sign_in(UserFactory()), 403)):
            assert change(caller, {"name": "x"}).status_code == status
            assert move(caller, {"parent": None}).status_code == status
            assert caller.post("/v1/categories", {}, format="json").status_code == status
