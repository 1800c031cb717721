"""Collections over REST: shoppers see what is shown, staff arrange it."""

import pytest

from commerce.catalog.collections import write_words
from commerce.catalog.models import Collection
from commerce.identity.models import AuditEntry
from commerce.shared.ids import encode, new_id
from tests.factories.catalog import on_sale
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

GIFTS = {
    "slug": "gifts",
    "kind": "manual",
    "title": "Gifts",
    "is_published": True,
    "translations": {"de": {"title": "Geschenke"}},
}


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr(write_words, "ring", lambda *_, **__: None)


@pytest.fixture
def staff(sign_in):
    return sign_in(UserFactory(roles=["catalog"]))


def create(staff, **more):
    return staff.post("/v1/collections", {**GIFTS, **more}, format="json")


def change(staff, body, etag="*", slug="gifts"):
    headers = {"If-Match": etag} if etag else {}
    return staff.patch(f"/v1/collections/{slug}", body, format="json", headers=headers)


class TestCreate:
    def test_answers_with_all_of_it(self, staff):
        mug = encode("prod", on_sale("mug").product_id)

        answer = create(
            staff,
            products=[mug],
            publications=[{"market": "us", "published_from": "2027-03-01T00:00:00Z"}],
        )

        assert (answer.status_code, answer["ETag"]) == (201, '"1"')
        body = answer.json()
        assert body.pop("id").startswith("col_")
        assert body == {
            "slug": "gifts",
            "title": "Gifts",
            "description": "",
            "kind": "manual",
            "is_published": True,
            "translations": {"de": {"title": "Geschenke"}},
            "publications": [
                {
                    "market": "us",
                    "published_from": "2027-03-01T00:00:00+00:00",
                    "published_until": None,
                }
            ],
            "matching": "all",
            "rules": [],
            "is_evaluating": False,
            "products": [mug],
        }
        assert AuditEntry.objects.filter(action="catalog.collection.create").exists()

    def test_takes_rules(self, staff):
        rules = [{"field": "brand", "in": ["Nordic"]}]

        body = create(staff, kind="rules", rules=rules, matching="any").json()

        assert (body["rules"], body["matching"], body["is_evaluating"]) == (rules, "any", True)

    @pytest.mark.parametrize(
        ("more", "status", "code"),
        [
            ({"rules": [{"field": "brand", "in": ["x"]}]}, 422, "invalid_field"),
            ({"kind": "rules", "rules": [{"field": "nonsense"}]}, 422, "invalid_field"),
            ({"kind": "rules", "rules": ["x"]}, 422, "validation_failed"),
            ({"kind": "magic"}, 422, "validation_failed"),
            ({"products": ["mug"]}, 422, "validation_failed"),
            ({"products": [encode("prod", new_id())]}, 422, "invalid_field"),
            ({"slug": "Gifts"}, 422, "invalid_field"),
            ({"publications": [{"market": 1}]}, 422, "validation_failed"),
            ({"surprise": 1}, 422, "validation_failed"),
            (
                {"kind": "rules", "rules": [{"field": "category", "in": ["cups"]}]},
                422,
                "unknown_category",
            ),
            (
                {"kind": "rules", "rules": [{"field": "attributes.x", "in": ["y"]}]},
                422,
                "unknown_attribute",
            ),
        ],
    )
    def test_refuses_what_contradicts_a_rule(self, staff, more, status, code):
        answer = create(staff, **more)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not Collection.objects.exists()

    def test_refuses_a_slug_that_is_taken(self, staff):
        create(staff)

        assert create(staff).json()["code"] == "collection_taken"


class TestChange:
    def test_needs_the_etag_that_was_read(self, staff):
        create(staff)

        assert change(staff, {"title": "x"}, etag="").status_code == 428
        fresh = change(staff, {"title": "Presents"}, etag='"1"')
        assert (fresh.status_code, fresh["ETag"], fresh.json()["title"]) == (200, '"2"', "Presents")
        assert change(staff, {"title": "x"}, etag='"1"').status_code == 412
        assert change(staff, {"title": "x"}, slug="nothing").status_code == 404

    def test_is_for_staff_of_the_catalog(self, api, sign_in, staff):
        create(staff)

        for caller, status in ((api, 401), (sign_in(UserFactory(roles=["warehouse"])), 403)):
            assert create(caller).status_code == status
            assert change(caller, {"title": "x"}).status_code == status


class TestRead:
    def test_shows_shoppers_what_is_published_in_their_language(
        self, api, staff, django_assert_num_queries
    ):
        create(staff)
        create(staff, slug="secret", is_published=False)
        create(staff, slug="us-only", publications=[{"market": "us"}])

        with django_assert_num_queries(1):
            body = api.get("/v1/collections", {"market": "eu", "locale": "de-AT"}).json()

        [gifts] = body["data"]
        assert (gifts["slug"], gifts["title"]) == ("gifts", "Geschenke")
        assert [x["slug"] for x in api.get("/v1/collections").json()["data"]] == [
            "gifts",
            "us-only",
        ]

    def test_shows_staff_all(self, staff):
        create(staff, is_published=False)

        assert len(staff.get("/v1/collections").json()["data"]) == 1
        assert staff.get("/v1/collections/gifts").json()["is_published"] is False

    def test_shows_one_without_what_only_concerns_staff(self, api, staff):
        create(staff)

        answer = api.get("/v1/collections/gifts", {"locale": "de"})

        assert answer["ETag"] == '"1"'
        assert answer.json().keys() == {
            *("id", "slug", "title", "description", "kind", "is_published")
        }
        assert answer.json()["title"] == "Geschenke"

    def test_does_not_know_what_is_not_shown(self, api, staff):
        create(staff, publications=[{"market": "us"}])

        assert api.get("/v1/collections/gifts", {"market": "us"}).status_code == 200
        assert api.get("/v1/collections/gifts", {"market": "eu"}).status_code == 404
        change(staff, {"is_published": False})
        assert api.get("/v1/collections/gifts").status_code == 404
        assert api.get("/v1/collections/nothing").status_code == 404

    def test_comes_page_by_page(self, api, staff):
        for slug in "abc":
            create(staff, slug=slug)

        first = api.get("/v1/collections", {"limit": 2}).json()
        second = api.get("/v1/collections", {"limit": 2, "cursor": first["next_cursor"]}).json()

        assert [x["slug"] for x in first["data"] + second["data"]] == ["a", "b", "c"]

    @pytest.mark.parametrize(
        "query", [{"market": "US!"}, {"locale": "German"}, {"q": "x"}, {"cursor": "x"}]
    )
    def test_refuses_a_query_it_does_not_understand(self, api, query):
        assert api.get("/v1/collections", query).status_code == 400
