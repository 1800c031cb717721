"""Products over REST, for anybody: lists, searches, and a product's own page."""

import datetime as dt
import re

import pytest

from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.products.change_product import ProductChanges, change_product
from commerce.shared.ids import encode, new_id
from tests.factories.catalog import CategoryFactory, PriceFactory, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug():
    cups = CategoryFactory(slug="cups", name="Cups", parent=CategoryFactory(slug="kitchen"))
    mug = on_sale("MUG-RED", slug="mug", title="Mug", brand="Nordic", categories=[cups])
    on_sale("BOWL", slug="bowl", title="Bowl", price=20_00)
    show()
    return mug.product


def show():
    rebuild_listing(now=NOON)
    refresh_listing(now=NOON)


class TestProductList:
    @pytest.mark.usefixtures("mug")
    def test_shows_what_is_on_sale(self, api, django_assert_num_queries):
        with django_assert_num_queries(1):
            answer = api.get("/v1/products")

        assert answer["Content-Type"] == "application/json"
        assert answer["Cache-Control"] == "public, max-age=1"
        body = answer.json()
        assert (body["next_cursor"], body["has_more"]) == (None, False)
        assert [x["slug"] for x in body["data"]] == ["bowl", "mug"]
        assert body["data"][1] | {"id": "", "published_at": ""} == {
            "id": "",
            "slug": "mug",
            "title": "Mug",
            "brand": "Nordic",
            "price": {"amount": 12_50, "currency": "USD"},
            "compare_at": None,
            "lowest_30_days": None,
            "availability": "out_of_stock",
            "skus": ["MUG-RED"],
            "categories": [{"slug": "cups", "name": "Cups"}],
            "published_at": "",
            "image": None,
        }

    @pytest.mark.usefixtures("mug")
    @pytest.mark.parametrize(
        ("query", "slugs"),
        [
            ({"q": "mug"}, ["mug"]),
            ({"q": "mu"}, ["mug"]),
            ({"q": " "}, ["bowl", "mug"]),
            ({"filter[category]": "kitchen"}, ["mug"]),
            ({"filter[price][gte]": "1251"}, ["bowl"]),
            ({"filter[price][lte]": "1250"}, ["mug"]),
            ({"filter[brand]": "Nordic,Acme"}, ["mug"]),
            ({"filter[availability]": "in_stock,low_stock"}, []),
            ({"sort": "-title"}, ["mug", "bowl"]),
            ({"currency": "EUR"}, []),
            ({"filter[price][gte]": "9" * 18}, []),
        ],
    )
    def test_is_selected_and_sorted_by_the_query(self, api, query, slugs):
        assert [x["slug"] for x in api.get("/v1/products", query).json()["data"]] == slugs

    @pytest.mark.usefixtures("mug")
    @pytest.mark.parametrize(
        "query", [{}, {"sort": "-price"}, {"q": "nordic bowl mug"}, {"q": "m"}]
    )
    def test_goes_on_at_its_cursor(self, api, query):
        whole = api.get("/v1/products", query).json()["data"]

        found, cursor = [], None
        while True:
            page = api.get(
                "/v1/products", query | {"limit": 1} | ({"cursor": cursor} if cursor else {})
            ).json()
            found += page["data"]
            cursor = page["next_cursor"]
            assert page["has_more"] == (cursor is not None)
            if cursor is None:
                break

        assert found == whole

    @pytest.mark.usefixtures("mug")
    def test_takes_no_cursor_of_another_list(self, api):
        cursor = api.get("/v1/products", {"limit": 1}).json()["next_cursor"]

        for query in ({"sort": "price"}, {"filter[brand]": "Nordic"}, {"currency": "EUR"}):
            answer = api.get("/v1/products", {"cursor": cursor, **query})
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_query")

    @pytest.mark.usefixtures("mug")
    def test_shows_only_the_fields_asked_for(self, api):
        answer = api.get("/v1/products", {"fields": "slug,price", "q": "mug"})
        assert answer.json()["data"] == [
            {"slug": "mug", "price": {"amount": 12_50, "currency": "USD"}}
        ]

        answer = api.get("/v1/products", {"fields": "variants", "q": "mug"})
        assert answer.json()["data"][0]["variants"][0]["sku"] == "MUG-RED"

    @pytest.mark.parametrize(
        "query",
        [
            {"Q": "mug"},
            {"q": "m" * 201},
            {"q": "a\x00"},
            {"sort": "colour"},
            {"sort": "relevance"},
            {"limit": "0"},
            {"limit": "101"},
            {"limit": "ten"},
            {"cursor": "x"},
            {"currency": "usd"},
            {"currency": "XXX"},
            {"fields": ""},
            {"fields": "slug,colour"},
            {"filter[price][gte]": "-1"},
            {"filter[price][gte]": "1.5"},
            {"filter[price][lte]": "9" * 19},
            {"filter[price]": "1"},
            {"filter[brand]": ""},
            {"filter[availability]": "maybe"},
            {"filter[brand]": ",".join(["b"] * 51)},
        ],
    )
    def test_refuses_a_query_it_does_not_understand(self, api, query):
        answer = api.get("/v1/products", query)

        assert (answer.status_code, answer.json()["code"]) == (400, "bad_query")
        assert answer["Content-Type"] == "application/problem+json"

    def test_asks_the_database_nothing_about_more_attributes_than_a_page_has_boxes(
        self, api, django_assert_num_queries
    ):
        with django_assert_num_queries(0):
            answer = api.get("/v1/products", {f"filter[attributes.a{i}]": "x" for i in range(21)})

        assert answer.json()["detail"] == "At most 20 attributes are filtered by at once."


class TestProductPage:
    @pytest.mark.parametrize("by", ["slug", "id"])
    def test_shows_everything_about_a_product(self, api, mug, by, django_assert_num_queries):
        name = mug.slug if by == "slug" else encode("prod", mug.pk)

        with django_assert_num_queries(1):
            answer = api.get(f"/v1/products/{name}")

        body = answer.json()
        assert re.fullmatch(r'"1\.[0-9a-f]{8}"', answer["ETag"])
        assert answer["Cache-Control"] == "public, no-cache"
        assert (body["id"], body["status"]) == (encode("prod", mug.pk), "published")
        [variant] = body["variants"]
        assert (variant["sku"], variant["price"]["amount"]) == ("MUG-RED", 12_50)

    def test_shows_only_the_fields_asked_for(self, api, mug):
        assert api.get(f"/v1/products/{mug.slug}", {"fields": "title"}).json() == {"title": "Mug"}

    def test_shows_the_price_in_the_currency_asked_for(self, api, mug):
        PriceFactory(variant=mug.variants.get(), currency="EUR", amount_minor=11_00)
        show()

        body = api.get(f"/v1/products/{mug.slug}", {"currency": "EUR"}).json()

        assert body["price"] == {"amount": 11_00, "currency": "EUR"}

    def test_says_only_that_nothing_has_changed(self, api, mug):
        tag = api.get(f"/v1/products/{mug.slug}")["ETag"]

        answer = api.get(f"/v1/products/{mug.slug}", headers={"If-None-Match": f'"7", W/{tag}'})

        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)

    def test_has_a_new_etag_after_a_change(self, api, mug):
        tag = api.get(f"/v1/products/{mug.slug}")["ETag"]
        changes = ProductChanges(title="Cup")
        change_product(product_id=mug.pk, changes=changes, expected_version=1, now=NOON)
        refresh_listing(now=NOON)

        answer = api.get(f"/v1/products/{mug.slug}", headers={"If-None-Match": tag})

        assert (answer.status_code, answer["ETag"][:3], answer.json()["title"]) == (
            *(200, '"2.', "Cup"),
        )

    @pytest.mark.parametrize(
        "name",
        ["unknown", encode("prod", new_id()), "prod_x", encode("var", new_id()), "a" * 500],
        # Every process has to give a test the same name.
        ids=["a slug", "an id", "half an id", "another kind of id", "a long name"],
    )
    def test_knows_its_products(self, api, name):
        answer = api.get(f"/v1/products/{name}")

        assert (answer.status_code, answer.json()["code"]) in {
            (404, "unknown_product"),
            (404, "not_found"),
        }

    def test_hides_a_draft(self, api):
        draft = on_sale("secret", draft=True).product

        assert api.get("/v1/products/secret").status_code == 404
        assert api.get(f"/v1/products/{encode('prod', draft.pk)}").status_code == 404

    @pytest.mark.parametrize("query", [{"currency": "XXX"}, {"fields": "x"}, {"limit": "1"}])
    def test_refuses_a_query_it_does_not_understand(self, api, mug, query):
        assert api.get(f"/v1/products/{mug.slug}", query).status_code == 400
