"""Described products over REST: what staff send is what shoppers see."""

import pytest

from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.models import Market, Product
from commerce.identity.models import AuditEntry
from commerce.shared import clock
from commerce.shared.ids import encode
from tests.factories.catalog import PriceFactory, attribute, on_sale, product_type
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

ANY = {"If-Match": "*"}


@pytest.fixture
def staff(sign_in):
    return sign_in(UserFactory(roles=["catalog"]))


@pytest.fixture
def mugs():
    height = attribute("height", "number", unit="cm")
    return product_type("mugs", height, of_variants=[attribute("glaze", "choice", "matt")])


def path(product, *rest):
    return "/".join([f"/v1/products/{encode('prod', product.pk)}", *rest])


class TestDescription:
    MUG = {
        "slug": "mug",
        "title": "Mug",
        "product_type": "mugs",
        "attributes": {"height": 9.5},
        "options": [{"name": "Color", "values": ["Red", "Blue"]}],
        "translations": {"de": {"title": "Becher"}},
        "variants": [
            {
                "sku": "MUG-RED",
                "options": {"Color": "Red"},
                "attributes": {"glaze": "matt"},
                "length_mm": 120,
                "width_mm": 90,
                "height_mm": 100,
                "made_to_order_days": 14,
                "grants": [{"feature": "pottery-course", "days": 30}],
            },
            {
                "sku": "MUG-SET",
                "options": {"Color": "Blue"},
                "components": [{"sku": "PLATE", "quantity": 2}],
            },
        ],
    }

    def test_is_shown_to_shoppers_once_it_is_published(self, staff, api, mugs):
        on_sale("PLATE", title="Plate")
        made = staff.post("/v1/products", self.MUG, format="json")
        assert made.status_code == 201, made.json()
        mug = Product.objects.get(slug="mug")
        for variant in mug.variants.all():
            PriceFactory(variant=variant)
        staff.post(path(mug, "publish"))
        refresh_listing(now=clock.now())

        shown = api.get("/v1/products/mug").json()

        assert shown["attributes"] == [
            {
                "code": "height",
                "name": "Height",
                "kind": "number",
                "value": 9.5,
                "label": None,
                "unit": "cm",
            }
        ]
        assert shown["options"] == self.MUG["options"]
        red, plates = shown["variants"]
        assert [(x["value"], x["label"]) for x in red["attributes"]] == [("matt", "Matt")]
        assert red["dimensions"] == {"length_mm": 120, "width_mm": 90, "height_mm": 100}
        assert red["grants"] == self.MUG["variants"][0]["grants"]
        assert (red["made_to_order_days"], red["is_gift_card"]) == (14, False)
        assert plates["components"] == [{"sku": "PLATE", "title": "Plate", "quantity": 2}]

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"attributes": {"height": {}}}, "/attributes/height"),
            ({"options": [{"name": "Color"}]}, "/options/0/values"),
            ({"options": MUG["options"] * 2}, "/options"),
            ({"translations": {"de": {"name": "Becher"}}}, "/translations/de/name"),
            ({"translations": ["de"]}, "/translations"),
            ({"variants": [{"sku": "a", "grants": [{}]}]}, "/variants/0/grants/0/feature"),
            ({"variants": [{"sku": "a", "length_mm": 1.5}]}, "/variants/0/length_mm"),
        ],
    )
    def test_is_refused_by_the_field_that_is_wrong(self, staff, changes, pointer):
        answer = staff.post("/v1/products", self.MUG | changes, format="json")

        assert answer.status_code == 422
        assert pointer in [x["pointer"] for x in answer.json()["errors"]]

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"product_type": "cups"}, "unknown_product_type"),
            ({"attributes": {"height": "tall"}}, "invalid_field"),
            ({"attributes": {"a\x00": 1}}, "invalid_field"),
            ({"translations": {"German": {}}}, "invalid_field"),
            ({"variants": [{"sku": "a", "components": [{"sku": "b"}]}]}, "unknown_component"),
        ],
    )
    def test_is_refused_where_it_contradicts_the_catalog(self, staff, mugs, changes, code):
        body = self.MUG | {"options": [], "variants": [{"sku": "MUG"}]} | changes

        answer = staff.post("/v1/products", body, format="json")

        assert (answer.status_code, answer.json()["code"]) == (422, code)

    def test_is_changed_as_it_was_read(self, staff, mugs):
        mug = on_sale("mug").product

        changed = staff.patch(
            path(mug),
            {"product_type": "mugs", "attributes": {"height": 12}},
            format="json",
            headers={"If-Match": '"1"'},
        )

        assert (changed.status_code, changed["ETag"]) == (200, '"2"')
        assert [x["value"] for x in changed.json()["attributes"]] == [12]

    def test_lacks_nothing_that_is_required_when_it_is_published(self, staff):
        origin = attribute("origin")
        mug = on_sale("mug", draft=True, product_type=product_type("t", origin, required=[origin]))

        answer = staff.post(path(mug.product, "publish"))

        assert (answer.status_code, answer.json()["code"]) == (409, "missing_attributes")
        assert answer.json()["attributes"] == ["origin"]


class TestTranslations:
    def test_are_written_read_and_taken_away(self, staff):
        mug = on_sale("mug").product
        url = path(mug, "translations", "de-AT")

        put = staff.put(url, {"title": "Häferl"}, format="json", headers={"If-Match": '"1"'})

        told = {"locale": "de-AT", "title": "Häferl", "description": "", "options": {}}
        assert (put.status_code, put["ETag"], put.json()) == (200, '"2"', {"data": [told]})
        assert staff.get(path(mug, "translations")).json() == {"data": [told]}
        assert staff.delete(url, headers={"If-Match": '"2"'}).json() == {"data": []}
        assert [x.action for x in AuditEntry.objects.all()] == ["catalog.product.translate"] * 2

    def test_are_changed_only_as_they_were_read(self, staff):
        url = path(on_sale("mug").product, "translations", "de")

        assert staff.put(url, {}, format="json").status_code == 428
        assert staff.put(url, {}, format="json", headers={"If-Match": '"5"'}).status_code == 412
        assert staff.put(url, [], format="json", headers=ANY).status_code == 422
        assert staff.delete(url).status_code == 428
        wrong = path(on_sale("cup").product, "translations", "german")
        assert staff.put(wrong, {}, format="json", headers=ANY).status_code == 422


class TestPublications:
    def test_are_written_and_read(self, staff):
        Market.objects.create(code="us", name="US", currency="USD", created_at=clock.now())
        mug = on_sale("mug").product
        window = {
            "market": "us",
            "published_from": "2027-03-01T12:00:00+00:00",
            "published_until": None,
        }

        put = staff.put(
            path(mug, "publications"), {"publications": [window]}, format="json", headers=ANY
        )

        assert (put.status_code, put["ETag"], put.json()) == (200, '"2"', {"data": [window]})
        assert staff.get(path(mug, "publications")).json() == {"data": [window]}

    def test_are_refused_in_a_market_that_is_not_there(self, staff):
        url = path(on_sale("mug").product, "publications")
        body = {"publications": [{"market": "mars\x00"}]}

        assert staff.put(url, {"publications": []}, format="json").status_code == 428
        assert staff.put(url, body, format="json", headers=ANY).status_code == 422


class TestGenerate:
    def test_makes_a_variant_for_each_combination(self, staff):
        mug = on_sale("first", options=[["Color", ["Red", "Blue"]]]).product
        mug.variants.update(options=[["Color", "Red"]])

        made = staff.post(
            path(mug, "generate-variants"),
            {"sku": "MUG", "weight_g": 300},
            format="json",
            headers={"If-Match": '"1"'},
        )

        assert (made.status_code, made["ETag"]) == (201, '"2"')
        assert made.json() == {"skus": ["MUG-BLUE"]}

    def test_is_refused_without_options(self, staff):
        url = path(on_sale("mug").product, "generate-variants")

        assert staff.post(url, {"sku": "MUG"}, format="json").status_code == 428
        assert staff.post(url, {"sku": "MUG"}, format="json", headers=ANY).status_code == 422
        assert staff.post(url, {}, format="json", headers=ANY).status_code == 422


class TestWhoMaySeeAndChange:
    @pytest.mark.parametrize(
        ("method", "rest"),
        [
            ("get", ["translations"]),
            ("put", ["translations", "de"]),
            ("delete", ["translations", "de"]),
            ("get", ["publications"]),
            ("put", ["publications"]),
            ("post", ["generate-variants"]),
        ],
    )
    def test_is_staff_of_the_catalog(self, api, sign_in, method, rest):
        url = path(on_sale("mug").product, *rest)

        assert getattr(api, method)(url).status_code == 401
        assert getattr(sign_in(UserFactory(roles=["warehouse"])), method)(url).status_code == 403
