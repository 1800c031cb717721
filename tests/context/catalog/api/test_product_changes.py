"""Products over REST, for staff of the catalog: describe, change, price, publish, retire."""

import pytest

from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.models import Product, Variant
from commerce.identity.models import AuditEntry
from commerce.shared import clock
from commerce.shared.ids import encode, new_id
from tests.factories.catalog import CategoryFactory, on_sale
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

MUG = {"slug": "mug", "title": "Mug", "variants": [{"sku": "MUG-RED"}]}


@pytest.fixture
def staff(sign_in):
    return sign_in(UserFactory(roles=["catalog"]))


def path(product, *rest):
    return "/".join([f"/v1/products/{encode('prod', product.pk)}", *rest])


class TestWhoMayChange:
    @pytest.mark.parametrize(
        ("method", "rest"),
        [
            ("patch", []),
            ("get", ["prices"]),
            ("post", ["prices"]),
            ("post", ["publish"]),
            ("post", ["retire"]),
        ],
    )
    def test_is_staff_of_the_catalog(self, api, sign_in, method, rest):
        product = on_sale("mug").product
        url = path(product, *rest)

        assert getattr(api, method)(url).status_code == 401
        for caller in (UserFactory(), UserFactory(roles=["warehouse"])):
            assert getattr(sign_in(caller), method)(url).status_code == 403

    def test_is_nobody_else_for_new_products_and_variants(self, api, sign_in):
        variant = f"/v1/variants/{encode('var', on_sale('mug').pk)}/retire"

        assert api.post("/v1/products", MUG, format="json").status_code == 401
        assert sign_in(UserFactory()).post("/v1/products", MUG, format="json").status_code == 403
        assert api.post(variant).status_code == 401


class TestCreate:
    def test_answers_with_the_draft_and_its_etag(self, staff):
        CategoryFactory(slug="cups", name="Cups")
        red = {
            "sku": "MUG-RED",
            "gtin": "4006381333931",
            "options": {"Color": "Red", "Size": "L"},
            "weight_g": 300,
            "tax_category": "general",
            "requires_shipping": True,
            "needs_approval": False,
        }

        answer = staff.post(
            "/v1/products",
            MUG | {"brand": "Nordic", "categories": ["cups"], "variants": [red]},
            format="json",
        )

        body = answer.json()
        assert (answer.status_code, answer["ETag"]) == (201, '"1"')
        assert (body["status"], body["price"], body["brand"]) == ("draft", None, "Nordic")
        assert body["variants"][0]["options"] == {"Color": "Red", "Size": "L"}
        assert body["categories"] == [{"slug": "cups", "name": "Cups"}]

    def test_may_be_repeated(self, staff):
        first = staff.post("/v1/products", MUG, format="json")
        second = staff.post("/v1/products", MUG, format="json")

        assert first.json() == second.json()
        assert Product.objects.count() == 1

    def test_is_written_into_the_audit_trail(self, staff):
        body = staff.post("/v1/products", MUG, format="json").json()

        entry = AuditEntry.objects.get()
        assert (entry.action, entry.subject) == ("catalog.product.create", body["id"])

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"slug": None}, 422, "validation_failed"),
            ({"slug": 7}, 422, "validation_failed"),
            ({"slug": "Mug"}, 422, "invalid_field"),
            ({"colour": "red"}, 422, "validation_failed"),
            ({"variants": []}, 422, "validation_failed"),
            ({"variants": [{}]}, 422, "validation_failed"),
            ({"variants": [{"sku": "A", "weight_g": -1}]}, 422, "validation_failed"),
            ({"variants": [{"sku": "A", "weight_g": 10**30}]}, 422, "validation_failed"),
            ({"variants": [{"sku": "A", "options": {"Color": 1}}]}, 422, "validation_failed"),
            ({"variants": [{"sku": "A", "options": {"\x00": "x"}}]}, 422, "invalid_field"),
            ({"variants": [{"sku": "A", "gtin": "1"}]}, 422, "invalid_field"),
            ({"title": "\x00"}, 422, "validation_failed"),
            ({"categories": ["unknown"]}, 422, "unknown_category"),
            ({"variants": [{"sku": "TAKEN"}]}, 409, "sku_taken"),
            ({"slug": "taken"}, 409, "slug_taken"),
        ],
    )
    def test_refuses_bad_words_and_leaves_nothing_behind(self, staff, change, status, code):
        on_sale("TAKEN")

        answer = staff.post("/v1/products", MUG | change, format="json")

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert Product.objects.count() == 1

    def test_points_at_the_field_that_is_wrong(self, staff):
        bad = MUG | {"variants": [{"sku": "A"}, {"sku": "B", "weight_g": "heavy"}]}

        [error] = staff.post("/v1/products", bad, format="json").json()["errors"]

        assert error["pointer"] == "/variants/1/weight_g"


class TestChange:
    def test_takes_the_etag_that_was_read(self, staff):
        product = on_sale("mug", draft=True).product
        read = staff.get(path(product))

        answer = staff.patch(
            path(product), {"title": "Cup"}, format="json", headers={"If-Match": read["ETag"]}
        )

        assert (answer.status_code, answer["ETag"], answer.json()["title"]) == (200, '"2"', "Cup")

    def test_insists_on_an_etag(self, staff):
        answer = staff.patch(path(on_sale("mug").product), {"title": "Cup"}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (428, "if_match_required")

    @pytest.mark.parametrize("etag", ['"2"', "x", '"99999999999"'])
    def test_refuses_another_version(self, staff, etag):
        product = on_sale("mug", title="Mug").product

        answer = staff.patch(
            path(product), {"title": "Cup"}, format="json", headers={"If-Match": etag}
        )

        assert (answer.status_code, answer.json()["current_version"]) == (412, 1)
        assert Product.objects.get().title == "Mug"

    def test_refuses_bad_words(self, staff):
        product = on_sale("mug").product

        for body in ({"title": ""}, {"slug": "new"}, {"variants": {}}, []):
            answer = staff.patch(path(product), body, format="json", headers={"If-Match": '"1"'})
            assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


class TestPriceAndPublish:
    def test_is_the_way_a_draft_comes_into_the_list(self, api, staff):
        product_id = staff.post("/v1/products", MUG, format="json").json()["id"]
        address = f"/v1/products/{product_id}"
        assert staff.post(f"{address}/publish").json()["code"] == "nothing_to_sell"

        price = {"sku": "MUG-RED", "price": {"amount": 12_50, "currency": "USD"}}
        priced = staff.post(f"{address}/prices", price, format="json")
        published = staff.post(f"{address}/publish")
        refresh_listing(now=clock.now())

        assert priced.status_code == 201
        assert priced.json()["price"] == {"amount": 12_50, "currency": "USD"}
        assert (published.status_code, published.json()["status"]) == (200, "published")
        # What shoppers get has the version's tag and a digest; both are good for If-Match.
        assert published["ETag"] == '"3"'
        assert api.get("/v1/products/mug")["ETag"].startswith('"3.')
        assert api.get("/v1/products/mug").json()["price"]["amount"] == 12_50

    def test_shows_the_history_the_latest_first(self, staff):
        product = on_sale("mug", price=12_50).product
        sale = {
            "sku": "mug",
            "price": {"amount": 9_99, "currency": "USD"},
            "valid_from": "2099-11-26T00:00:00+00:00",
            "valid_until": "2099-11-29T00:00:00+00:00",
        }

        answer = staff.post(path(product, "prices"), sale, format="json")

        base = {"price_list": None, "min_quantity": 1, "compare_at": None}
        assert answer.json() == sale | base
        amounts = [x["price"]["amount"] for x in staff.get(path(product, "prices")).json()["data"]]
        assert amounts == [12_50, 9_99, 12_50]

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"sku": "cup"}, "validation_failed"),
            ({"price": {"amount": -1, "currency": "USD"}}, "validation_failed"),
            ({"price": {"amount": 1.5, "currency": "USD"}}, "validation_failed"),
            ({"price": {"amount": 1, "currency": "XXX"}}, "validation_failed"),
            ({"price": {"amount": 2**63 - 1, "currency": "USD"}}, "invalid_field"),
            ({"valid_from": "2001-01-01T00:00:00Z"}, "invalid_field"),
            ({"valid_until": "2001-01-01T00:00:00Z"}, "invalid_field"),
            ({"valid_from": "soon"}, "validation_failed"),
            ({"valid_until": "9999-12-31T23:59:59-12:00"}, "validation_failed"),
        ],
    )
    def test_refuses_a_price_that_cannot_be(self, staff, change, code):
        on_sale("cup")
        product = on_sale("mug").product
        price = {"sku": "mug", "price": {"amount": 1, "currency": "USD"}}

        answer = staff.post(path(product, "prices"), price | change, format="json")

        assert (answer.status_code, answer.json()["code"]) == (422, code)


class TestRetire:
    def test_takes_a_product_from_the_list(self, api, staff):
        product = on_sale("mug").product

        answer = staff.post(path(product, "retire"))
        refresh_listing(now=clock.now())

        assert answer.json()["status"] == "retired"
        assert api.get("/v1/products/mug").status_code == 404
        assert staff.get("/v1/products/mug").json()["status"] == "retired"

    def test_takes_a_variant_from_sale(self, staff):
        mug = on_sale("mug")

        answer = staff.post(f"/v1/variants/{encode('var', mug.pk)}/retire")

        assert answer.status_code == 204
        assert Variant.objects.get().retired_at is not None

    @pytest.mark.parametrize("rest", ["publish", "retire", "prices"])
    def test_knows_its_products(self, staff, rest):
        price = {"sku": "mug", "price": {"amount": 1, "currency": "USD"}}

        answer = staff.post(path(Product(pk=new_id()), rest), price, format="json")

        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_product")


class TestWhatStaffSee:
    def test_is_a_draft_as_it_is_now_and_for_their_eyes_only(self, staff):
        on_sale("mug", draft=True)

        answer = staff.get("/v1/products/mug", {"fields": "slug,status"})

        assert answer.json() == {"slug": "mug", "status": "draft"}
        assert answer["Cache-Control"] == "private, no-store"
