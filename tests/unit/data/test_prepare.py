"""The demo shop's files: made from the source, the same every time, and fit to be sold from."""

import csv
import json
from collections import Counter

import pytest

from data import prepare
from data.prepare import SHOP, SourceProduct

GENERATED = ["products.csv", "categories.csv", "stock.csv"]


def read_csv(name, directory=SHOP):
    with (directory / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_json(name):
    return json.loads((SHOP / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def source():
    return prepare.read_source()


@pytest.fixture(scope="module")
def products():
    return read_csv("products.csv")


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    directory = tmp_path_factory.mktemp("full")
    prepare.write_shop(directory, full=True)
    return directory


class TestTheFilesInTheRepository:
    def test_are_what_the_command_makes_of_the_source_today(self, tmp_path):
        prepare.write_shop(tmp_path)

        for name in GENERATED:
            assert (tmp_path / name).read_bytes() == (SHOP / name).read_bytes(), name

    def test_hold_exactly_a_thousand_products_each_with_its_own_sku_title_and_slug(self, products):
        assert len(products) == 1_000
        for column in ("sku", "title", "slug"):
            assert len({x[column] for x in products}) == 1_000, column

    def test_hold_only_real_priced_products_at_the_retailers_price(self, products, source):
        price_by_sku = {f"CJ-{x.product_id}": x.price_minor for x in source}

        assert all(int(x["price_minor"]) == price_by_sku[x["sku"]] > 0 for x in products)

    def test_leave_every_pack_size_as_the_retailer_gave_it(self, products, source):
        size_by_sku = {f"CJ-{x.product_id}": x.package_size for x in source}

        assert all(x["package_size"] == size_by_sku[x["sku"]] for x in products)

    def test_spread_over_many_categories_none_above_six_products(self, products):
        per_category = Counter(x["category_slug"] for x in products)

        assert len(per_category) > 190
        assert max(per_category.values()) <= 6
        assert len({x["department"] for x in products}) >= 10

    def test_put_every_product_into_a_category_below_its_department(self, products):
        by_slug = {x["slug"]: x for x in read_csv("categories.csv")}

        for product in products:
            category = by_slug[product["category_slug"]]
            department = by_slug[category["parent_slug"]]
            assert category["name"] == product["category"]
            assert (department["name"], department["parent_slug"]) == (product["department"], "")

    def test_count_every_product_once_in_every_warehouse(self, products):
        warehouses = [x["code"] for x in read_json("warehouses.json")]
        stock = Counter((x["sku"], x["warehouse"]) for x in read_csv("stock.csv"))

        assert stock == Counter((x["sku"], code) for x in products for code in warehouses)

    def test_have_a_few_products_sold_out_and_a_few_down_to_the_last_unit(self):
        units = Counter()
        for row in read_csv("stock.csv"):
            units[row["sku"]] += int(row["units"])

        assert sum(1 for x in units.values() if x == 0) == 20
        assert sum(1 for x in units.values() if x == 1) == 20

    def test_sell_no_age_restricted_or_behind_the_counter_goods(self, products):
        words = " ".join(f"{x['category']} {x['product_type']}" for x in products).upper().split()

        for banned in ("WINE", "BEERS", "LIQUOR", "CIGARETTES", "DXM", "PSE", "COUPON"):
            assert banned not in words


class TestPlans:
    def test_sell_goods_of_the_shop_at_the_price_of_the_shop(self, products):
        price_by_sku = {x["sku"]: int(x["price_minor"]) for x in products}
        coffee = next(x for x in read_json("plans.json") if x["code"] == "coffee-monthly")

        assert coffee["price_minor"] == sum(
            price_by_sku[x["sku"]] * x["quantity"] for x in coffee["goods"]
        )

    def test_ship_goods_that_are_in_stock(self):
        units = {(x["sku"], x["warehouse"]): int(x["units"]) for x in read_csv("stock.csv")}
        skus = [x["sku"] for plan in read_json("plans.json") for x in plan.get("goods", [])]

        assert skus
        assert all(units[sku, "us-east"] > 50 for sku in skus)


class TestDeliveryAndTax:
    def test_know_a_rate_for_every_country_they_name(self):
        delivered = {y["country"] for x in read_json("delivery_options.json") for y in x["rates"]}
        taxed = {x["country"] for x in read_json("tax_rates.json")}

        assert delivered == taxed

    def test_know_a_rate_for_every_tax_code_of_a_product(self, products):
        used = {x["tax_code"] for x in products}

        for country in read_json("tax_rates.json"):
            assert used <= set(country["rates"]), country["country"]


class TestTheFullList:
    def test_holds_every_product_of_the_source_with_its_own_title_and_slug(self, full):
        rows = read_csv("products.csv", full)

        assert len(rows) == 92_331
        for column in ("sku", "title", "slug"):
            assert len({x[column] for x in rows}) == len(rows), column

    def test_renames_nothing_that_the_small_shop_sells(self, full, products):
        by_sku = {x["sku"]: x for x in read_csv("products.csv", full)}

        assert [by_sku[x["sku"]] for x in products] == products

    def test_leaves_the_price_empty_where_nothing_was_ever_sold_at_one(self, full):
        rows = read_csv("products.csv", full)

        assert sum(1 for x in rows if x["price_minor"] == "") == 24_166
        assert not any(x["price_minor"] == "0" for x in rows)


class TestSelectShop:
    def product(self, product_id, **changes):
        facts = {
            "department": "GROCERY",
            "brand": "National",
            "category": "COFFEE",
            "product_type": "GROUND COFFEE",
            "package_size": "12 OZ",
            "price_minor": 699,
            "units_sold": 100,
        }
        return SourceProduct(product_id=product_id, **facts | changes)

    def select(self, *products, size):
        return [x.product_id for x in prepare.select_shop(products, size=size)]

    def test_takes_the_most_sold_and_the_lower_id_on_a_tie(self):
        products = [self.product(3, units_sold=50), self.product(2), self.product(1)]

        assert self.select(*products, size=1) == [1]
        assert self.select(*products, size=2) == [1, 2]

    def test_gives_every_category_a_turn_before_any_gets_a_second(self):
        coffee, more_coffee = self.product(1), self.product(2)
        tea = self.product(3, category="TEAS", product_type="TEA BAGS", units_sold=20)

        assert self.select(coffee, more_coffee, tea, size=2) == [1, 3]

    def test_gives_every_type_of_a_category_a_turn_before_any_gets_a_second(self):
        ground, more_ground = self.product(1), self.product(2)
        instant = self.product(3, product_type="INSTANT COFFEE", units_sold=20)

        assert self.select(ground, more_ground, instant, size=2) == [1, 3]

    @pytest.mark.parametrize(
        "flaw",
        [
            {"price_minor": None},
            {"units_sold": 19},
            {"category": ""},
            {"product_type": ""},
            {"package_size": ""},
            {"package_size": "N   12 OZ"},
            {"category": "CIGARETTES"},
            {"department": "FUEL"},
            {"product_type": "SINUS/ALLERGY - PSE"},
            {"product_type": "MAINSTREAM WHEAT/MULTIGRAIN BR"},
        ],
        ids=str,
    )
    def test_leaves_out_what_cannot_be_shown_or_sold(self, flaw):
        assert self.select(self.product(1, **flaw), size=1) == []
