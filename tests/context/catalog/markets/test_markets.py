"""Markets through their use cases: one default for each currency, one market for each country."""

import datetime as dt

import pytest

from commerce.catalog.listing.models import ProductChange
from commerce.catalog.markets.change_market import MarketChanges, change_market
from commerce.catalog.markets.create_market import NewMarket, create_market
from commerce.catalog.markets.models import Market
from commerce.catalog.markets.queries import UnknownMarket, all_markets, market_for
from commerce.catalog.markets.words import CountryTaken, MarketTaken
from commerce.catalog.products.drafts import InvalidField
from commerce.shared.errors import Stale
from tests.factories.catalog import on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def create(code="us", currency="USD", **more):
    words = {"name": code.upper(), "locale": "en-US"} | more
    return create_market(market=NewMarket(code=code, currency=currency, **words), now=NOON)


def change(code="us", *, version=None, **changes):
    return change_market(
        code=code, changes=MarketChanges(**changes), expected_version=version, now=NOON
    )


def found(country, currency="USD"):
    market = market_for(country=country, currency=currency)
    return market and market.code


class TestCreateMarket:
    def test_makes_the_first_of_a_currency_its_default(self):
        create("us")
        create("ec")
        create("eu", currency="EUR")

        defaults = {x.code for x in all_markets() if x.is_default}
        assert defaults == {"us", "eu"}

    def test_may_take_the_default_over(self):
        create("us")
        create("ec", is_default=True)

        assert [x.code for x in Market.objects.filter(is_default=True)] == ["ec"]
        assert Market.objects.get(code="us").version == 2

    def test_takes_a_country_into_one_market_of_a_currency(self):
        create("us", countries=["US"])

        create("eu", currency="EUR", countries=["US", "DE"])
        with pytest.raises(CountryTaken):
            create("ec", countries=["US"])
        assert not Market.objects.filter(code="ec").exists()

    def test_has_every_document_made_again(self):
        mug = on_sale("mug")

        create("us")

        assert [x.product_id for x in ProductChange.objects.all()] == [mug.product_id]

    def test_is_created_once(self):
        create("us")

        with pytest.raises(MarketTaken):
            create("us")

    @pytest.mark.parametrize(
        ("field", "words"),
        [
            ("code", {"code": "U S"}),
            ("code", {"code": "eur"}),
            ("currency", {"currency": "XXX"}),
            ("locale", {"locale": "English"}),
            ("name", {"name": " "}),
            ("countries", {"countries": ["usa"]}),
        ],
    )
    def test_refuses_words_that_break_a_rule(self, field, words):
        with pytest.raises(InvalidField) as refused:
            create(**words)

        assert refused.value.field == field


class TestChangeMarket:
    @pytest.fixture(autouse=True)
    def two_markets(self):
        create("us", countries=["US", "CA"])
        create("ec", countries=["EC"])
        ProductChange.objects.all().delete()

    def test_moves_countries(self):
        change("us", countries=["US", "PR"])

        assert [found(x) for x in ("US", "PR", "EC", "CA")] == ["us", "us", "ec", "us"]
        change("ec", countries=["EC", "CA"])
        assert found("CA") == "ec"

    def test_hands_the_default_over(self):
        change("ec", is_default=True)

        assert [found(x) for x in ("FR", "US")] == ["ec", "us"]

    def test_leaves_no_currency_without_a_default(self):
        with pytest.raises(InvalidField):
            change("us", is_default=False)

    def test_counts_versions_and_only_of_changes(self):
        assert change("us", name="States", version=1).version == 2
        assert change("us", name="States").version == 2
        with pytest.raises(Stale):
            change("us", name="USA", version=1)

    def test_has_documents_made_again_in_another_language_only(self):
        on_sale("mug")

        change("us", countries=["US"], name="States")
        assert not ProductChange.objects.exists()
        change("us", locale="es-US")
        assert ProductChange.objects.count() == 1

    def test_knows_no_other(self):
        with pytest.raises(UnknownMarket):
            change("mars", name="Mars")


class TestMarketFor:
    def test_is_none_where_no_market_has_the_currency(self):
        create("us", countries=["US"])

        assert found("US", currency="EUR") is None
