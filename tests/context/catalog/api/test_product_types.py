"""Attributes and product types over REST: everybody reads them, staff change what they have read."""

import pytest

from commerce.catalog.models import Attribute, ProductType
from commerce.identity.models import AuditEntry
from tests.factories.catalog import attribute, product_type
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

COLOR = {
    "code": "color",
    "name": "Color",
    "kind": "choice",
    "unit": "",
    "is_filterable": True,
    "translations": {"de": "Farbe"},
    "choices": [{"code": "red", "label": "Red", "translations": {"de": "Rot"}}],
}
MUGS = {
    "code": "mugs",
    "name": "Mugs",
    "attributes": [{"attribute": "color", "scope": "variant", "is_required": True}],
}


@pytest.fixture
def staff(sign_in):
    return sign_in(UserFactory(roles=["catalog"]))


class TestWhoMayChange:
    @pytest.mark.parametrize("noun", ["attributes", "product-types"])
    def test_is_staff_of_the_catalog(self, api, sign_in, noun):
        attribute("mugs"), product_type("mugs")

        assert api.get(f"/v1/{noun}").status_code == 200
        assert api.get(f"/v1/{noun}/mugs").status_code == 200
        assert api.post(f"/v1/{noun}", {}).status_code == 401
        assert api.patch(f"/v1/{noun}/mugs", {}).status_code == 401
        assert sign_in(UserFactory()).post(f"/v1/{noun}", {}).status_code == 403


class TestAttributes:
    def test_answer_as_they_were_described(self, staff, api):
        made = staff.post("/v1/attributes", COLOR, format="json")

        assert (made.status_code, made["ETag"]) == (201, '"1"')
        assert made.json() == COLOR | {"reference_to": ""}
        assert api.get("/v1/attributes").json()["data"] == [made.json()]
        assert api.get("/v1/attributes/color").json() == made.json()
        assert AuditEntry.objects.get().action == "catalog.attribute.create"

    def test_change_as_they_were_read(self, staff):
        attribute("color", "choice", "red")
        url, changes = "/v1/attributes/color", {"name": "Glaze"}

        assert staff.patch(url, changes, format="json").status_code == 428
        assert (
            staff.patch(url, changes, format="json", headers={"If-Match": '"7"'}).status_code == 412
        )
        changed = staff.patch(url, changes, format="json", headers={"If-Match": '"1"'})
        assert (changed.status_code, changed["ETag"]) == (200, '"2"')
        assert changed.json()["name"] == "Glaze"

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"kind": "colour"}, "validation_failed"),
            ({"choices": [{"code": "red"}]}, "validation_failed"),
            ({"colour": 1}, "validation_failed"),
            ({"kind": "number"}, "invalid_field"),
            ({"code": "Color"}, "invalid_field"),
        ],
    )
    def test_are_refused_by_the_field_that_is_wrong(self, staff, body, code):
        answer = staff.post("/v1/attributes", COLOR | body, format="json")

        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert not Attribute.objects.exists()

    def test_are_not_found_by_another_code(self, staff, api):
        assert api.get("/v1/attributes/color").status_code == 404
        answer = staff.patch("/v1/attributes/color", {}, format="json", headers={"If-Match": "*"})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_attribute")


class TestProductTypes:
    def test_answer_with_what_their_products_state(self, staff, api):
        attribute("color", "choice", "red")

        made = staff.post("/v1/product-types", MUGS, format="json")

        assert (made.status_code, made["ETag"]) == (201, '"1"')
        [asked] = made.json()["attributes"]
        assert asked == MUGS["attributes"][0] | {"name": "Color", "kind": "choice"}
        assert api.get("/v1/product-types").json()["data"] == [made.json()]
        assert api.get("/v1/product-types/mugs").json() == made.json()

    def test_change_as_they_were_read(self, staff):
        product_type("mugs", attribute("color"))

        changed = staff.patch(
            "/v1/product-types/mugs",
            {"name": "Cups", "attributes": []},
            format="json",
            headers={"If-Match": '"1"'},
        )

        assert (changed.json()["name"], changed.json()["attributes"]) == ("Cups", [])
        assert (changed["ETag"], ProductType.objects.get().version) == ('"2"', 2)

    def test_ask_for_attributes_that_exist(self, staff):
        answer = staff.post("/v1/product-types", MUGS, format="json")

        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_attribute")
        assert staff.get("/v1/product-types/mugs").status_code == 404


class TestLists:
    @pytest.mark.parametrize("noun", ["attributes", "product-types"])
    def test_cost_as_many_statements_for_many_as_for_one(
        self, api, noun, django_assert_max_num_queries
    ):
        for n in range(20):
            product_type(f"type_{n}", attribute(f"attribute_{n}", "choice", "red"))

        with django_assert_max_num_queries(2):
            assert len(api.get(f"/v1/{noun}").json()["data"]) == 20
