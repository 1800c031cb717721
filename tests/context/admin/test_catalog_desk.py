"""A day at the catalog's desk, with the real use cases behind the forms that have rows in them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commerce.catalog.models import (
    Category,
    Collection,
    Import,
    PlanVersion,
    Price,
    Product,
    Promotion,
)
from commerce.catalog.plans.create_plan import create_plan
from commerce.catalog.products.change_product import ProductChanges, change_product
from commerce.catalog.products.drafts import ProductTexts
from commerce.shared import clock
from commerce.shared.ids import new_id
from tests.at_once import at_once
from tests.context.admin.cases_catalog import plan_terms
from tests.context.admin.cases_catalog_lists import CASES
from tests.context.admin.conftest import page_of, press, press_above
from tests.context.admin.dialogs import filled_in, opened
from tests.context.admin.rows import rows_of
from tests.factories.catalog import (
    LONG_AGO,
    CategoryFactory,
    MarketFactory,
    PriceFactory,
    PriceListFactory,
    VariantFactory,
    attribute,
    on_sale,
    product_type,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(at_desk):
    return at_desk("catalog")


class TestPlans:
    @pytest.fixture
    def cloud(self):
        return create_plan(plan=plan_terms("cloud", "Cloud"), now=LONG_AGO).plan

    def test_open_with_all_their_terms_which_sent_again_are_the_same(self, cloud, clerk):
        answer = press(clerk, cloud, "edit", opened(clerk, cloud, "edit"))

        assert "HX-Redirect" in answer.headers
        assert cloud.versions.count() == 1

    def test_change_in_one_thing_and_keep_the_rest(self, cloud, clerk):
        form = opened(clerk, cloud, "edit")

        press(clerk, cloud, "edit", form | {"charges-0-tiers-0-unit": "0.0006 EUR, 0.06 JPY"})

        euros, yen = PlanVersion.objects.get(version=2).prices.order_by("currency")
        assert euros.charges[0]["tiers"][0]["unit_minor"] == "0.06"
        assert (euros.setup_fee_minor, euros.phases[0]["periods"]) == (5_00, 3)
        assert yen.charges[0]["tiers"][1]["flat_minor"] == 150

    def test_lose_a_charge_that_is_removed(self, cloud, clerk):
        press(clerk, cloud, "edit", opened(clerk, cloud, "edit") | {"charges-0-DELETE": "on"})

        newest = cloud.versions.latest("version")
        assert [price.charges for price in newest.prices.all()] == [[], []]

    def test_need_each_amount_in_every_currency(self, cloud, clerk):
        form = opened(clerk, cloud, "edit") | {"setup_fee": "5.00 EUR"}

        answer = press(clerk, cloud, "edit", form)

        assert (
            "in the currencies of the price, all of them: look for JPY" in answer.content.decode()
        )
        assert cloud.versions.count() == 1

    def test_show_what_each_version_charges(self, cloud, clerk):
        page = clerk.get(page_of(type(cloud)).address_of(cloud)).content.decode()

        for words in (
            "every month, on day 1 of the month, after 14 days of trial",
            "20.00 EUR · 5.00 EUR to set up",
            "up to 1000: 0.0005 EUR each",
            "above: 150 JPY once",
        ):
            assert words in page


@pytest.mark.django_db(transaction=True)
class TestTwoClicksAtOnce:
    def test_write_the_new_terms_of_a_plan_once(self, at_desk):
        plan = create_plan(plan=plan_terms("cloud", "Cloud"), now=LONG_AGO).plan
        clerk = at_desk("catalog")
        form = opened(clerk, plan, "edit") | {"trial_days": "30"}

        at_once([lambda: press(clerk, plan, "edit", form, query="?version=1")] * 2)

        assert plan.versions.count() == 2

    def test_draw_coupons_once(self, at_desk):
        (promotion,) = rows_of(Promotion, 1, needs_code=True)
        clerk, form = at_desk("catalog"), {"token": str(new_id()), "count": "3"}

        at_once([lambda: press(clerk, promotion, "add_coupons", form)] * 2)

        assert promotion.coupons.count() == 3

    def test_store_a_file_once(self, at_desk):
        clerk, token = at_desk("catalog"), str(new_id())

        def send():
            file = SimpleUploadedFile("shop.csv", b"slug,title\nmug,Mug\n")
            form = {"token": token, "file": file, "file_format": "csv", "currency": "USD"}
            return press_above(clerk, Import, "start", form)

        at_once([send] * 2)

        assert Import.objects.count() == 1

    def test_draft_a_promotion_once(self, at_desk):
        (case,) = (case for case in CASES if case.on is Promotion)
        clerk, form = at_desk("catalog"), {**case.data, "token": str(new_id()), "targets": ""}

        at_once([lambda: press_above(clerk, Promotion, "create", form)] * 2)

        assert Promotion.objects.count() == 1


class TestPricesOfAProduct:
    @pytest.fixture
    def mugs(self):
        red = on_sale("mug-red", currency="EUR", price=10_00)
        blue = VariantFactory(sku="mug-blue", product=red.product)
        PriceFactory(variant=blue, currency="EUR", amount_minor=11_00)
        return red.product

    def test_are_changed_in_one_grid_and_what_is_left_alone_stays(self, mugs, clerk):
        form = opened(clerk, mugs, "edit_prices")
        assert form["prices_base_EUR_1-1-price"] == "11.00"

        press(
            clerk,
            mugs,
            "edit_prices",
            form | {"prices_base_EUR_1-0-price": "9", "prices_base_EUR_1-0-compare_at": "12.50"},
        )

        now = Price.objects.filter(valid_until=None).order_by("amount_minor")
        assert [(x.variant.sku, x.amount_minor, x.compare_at_minor) for x in now] == [
            ("mug-red", 9_00, 12_50),
            ("mug-blue", 11_00, None),
        ]
        assert Price.objects.count() == 3

    def test_are_planned_for_a_time_to_come(self, mugs, clerk):
        begins = (clock.now() + dt.timedelta(days=2)).replace(microsecond=0, second=0)
        ends = begins + dt.timedelta(days=7)
        form = opened(clerk, mugs, "edit_prices") | {
            "prices_base_EUR_1-1-price": "8.00",
            "valid_from": f"{begins:%Y-%m-%dT%H:%M}",
            "valid_until": f"{ends:%Y-%m-%dT%H:%M}",
        }

        press(clerk, mugs, "edit_prices", form)

        planned = Price.objects.get(amount_minor=8_00)
        assert (planned.variant.sku, planned.valid_from, planned.valid_until) == (
            "mug-blue",
            begins,
            ends,
        )
        again = opened(clerk, mugs, "edit_prices")
        assert again["prices_base_EUR_1-1-price"] == "11.00"
        assert again["prices_base_EUR_1-1-planned"].startswith(f"8.00 EUR from {begins:%Y-%m-%d}")

    def test_of_another_place_are_shown_before_any_is_set(self, mugs, clerk):
        PriceListFactory(code="vip", currency="EUR")
        chosen = opened(clerk, mugs, "edit_prices") | {"place": "list_vip"}

        shown = filled_in(press(clerk, mugs, "edit_prices", chosen))

        assert Price.objects.count() == 2
        assert shown["prices_list_vip_1-0-price"] == ""
        press(clerk, mugs, "edit_prices", shown | {"prices_list_vip_1-0-price": "7"})
        listed = Price.objects.get(price_list__code="vip")
        assert (listed.variant.sku, listed.amount_minor) == ("mug-red", 7_00)

    def test_are_of_its_own_variants_alone(self, mugs, clerk):
        on_sale("cup", currency="EUR", price=5_00)
        form = opened(clerk, mugs, "edit_prices")

        press(
            clerk,
            mugs,
            "edit_prices",
            form | {"prices_base_EUR_1-0-sku": "cup", "prices_base_EUR_1-0-price": "1"},
        )

        assert Price.objects.count() == 3

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ("10.00", "No price is different."),
            ("9.999", "mug-red: This currency has no such fractions."),
            ("", "A price ends on the page of its variant."),
        ],
    )
    def test_are_refused_with_a_reason(self, typed, problem, mugs, clerk):
        form = opened(clerk, mugs, "edit_prices") | {"prices_base_EUR_1-0-price": typed}

        answer = press(clerk, mugs, "edit_prices", form)

        assert problem in answer.content.decode()
        assert Price.objects.count() == 2


class TestATypeThatAsksForMore:
    @pytest.fixture
    def mug(self):
        origin, color = attribute("origin"), attribute("color", "choice", "red", "blue")
        product_type("mugs", origin, of_variants=[color], required=[origin, color])
        return on_sale("mug", attributes={"care": "by hand"}).product

    def test_is_given_to_what_is_for_sale_together_with_what_it_asks_for(self, mug, clerk):
        chosen = opened(clerk, mug, "describe") | {"product_type": "mugs"}
        asked = filled_in(press(clerk, mug, "describe", chosen))
        mug.refresh_from_db()
        assert mug.product_type is None

        press(
            clerk,
            mug,
            "describe",
            asked
            | {
                "of_product_mugs-0-attribute_origin": "Delft",
                "of_variants_mugs-0-attribute_color": "blue",
            },
        )

        mug.refresh_from_db()
        assert mug.product_type.code == "mugs"
        assert mug.attributes == {"care": "by hand", "origin": "Delft"}
        assert mug.variants.get().attributes == {"color": "blue"}

    def test_is_refused_while_something_is_missing(self, mug, clerk):
        chosen = opened(clerk, mug, "describe") | {"product_type": "mugs"}
        asked = filled_in(press(clerk, mug, "describe", chosen))

        answer = press(
            clerk, mug, "describe", asked | {"of_product_mugs-0-attribute_origin": "Delft"}
        )

        assert "color" in answer.context["form"].non_field_errors()[0]
        mug.refresh_from_db()
        assert (mug.product_type, mug.version) == (None, 1)


class TestLanguages:
    def test_open_with_what_is_said_and_keep_what_is_left_alone(self, clerk):
        mug = on_sale("mug").product
        german = ProductTexts(title="Tasse", description="Blau.", options={"Red": "Rot"})
        changes = ProductChanges(translations={"de": german, "fr": ProductTexts(title="Tasse")})
        change_product(product_id=mug.pk, changes=changes, expected_version=None, now=LONG_AGO)

        form = opened(clerk, mug, "translate") | {
            "languages-0-title": "Becher",
            "languages-1-DELETE": "on",
        }
        press(clerk, mug, "translate", form)

        mug.refresh_from_db()
        assert mug.translations == {
            "de": {"title": "Becher", "description": "Blau.", "options": {"Red": "Rot"}}
        }

    def test_stand_there_once_each(self, clerk):
        mug = on_sale(
            "mug", translations={"de": {"title": "Tasse"}, "fr": {"title": "Tasse"}}
        ).product
        form = opened(clerk, mug, "translate") | {"languages-1-locale": "de"}

        answer = press(clerk, mug, "translate", form)

        assert answer.context["form"].errors["languages"] == ["A language stands there twice."]


class TestMarkets:
    @pytest.mark.parametrize("model", [Product, Collection])
    def test_open_with_their_windows_and_close_one(self, model, clerk):
        MarketFactory(code="eu", currency="EUR")
        MarketFactory(code="us", currency="USD")
        (row,) = rows_of(model, 1)
        form = opened(clerk, row, "set_markets") | {
            "markets-0-is_shown": "on",
            "markets-0-ends": "2027-03-01T12:00",
            "markets-1-is_shown": "on",
        }
        press(clerk, row, "set_markets", form)
        assert row.publications.count() == 2

        again = opened(clerk, row, "set_markets")
        del again["markets-1-is_shown"]
        press(clerk, row, "set_markets", again)

        window = row.publications.get()
        assert (window.market_code, window.published_from) == ("eu", None)
        assert f"{window.published_until:%Y-%m-%d %H:%M}" == "2027-03-01 12:00"


class TestCategories:
    def test_move_with_all_that_stands_below_them(self, clerk):
        kitchen, mugs = CategoryFactory(slug="kitchen"), CategoryFactory(slug="mugs")
        CategoryFactory(slug="blue", parent=mugs)

        press(clerk, mugs, "move", {"parent": kitchen.slug})

        assert sorted(Category.objects.values_list("path", flat=True)) == [
            "kitchen",
            "kitchen/mugs",
            "kitchen/mugs/blue",
        ]
