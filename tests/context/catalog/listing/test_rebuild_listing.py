"""Making every document again: online, from where it was killed, and by itself when it must."""

import datetime as dt
import os
import signal
from itertools import count

import orjson
import pytest
from django.db import connections

from commerce.catalog.listing import refresh_listing as module
from commerce.catalog.listing.listing_query import MarketAsked
from commerce.catalog.listing.models import ListedMarket, Listing, ListingRebuild
from commerce.catalog.listing.queries import find_document
from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.rebuild_outdated_listing import rebuild_outdated_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.models import Market, MarketCountry, Product
from commerce.catalog.pricing.set_price import set_price
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.change_product import ProductChanges, change_product
from commerce.shared.money import Money
from tests.at_once import at_once
from tests.factories.catalog import PriceFactory, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
USD = MarketAsked(currency="USD")


def page(slug="mug", market=USD):
    found = find_document(slug=slug, market=market)
    return found and orjson.loads(found.json)


def market(code, currency, *countries, **fields):
    row = Market.objects.create(
        code=code, name=code, currency=currency, created_at=NOON, **{"is_default": True} | fields
    )
    for country in countries:
        MarketCountry.objects.create(market=row, country=country, currency=currency)
    return row


def catch_up():
    rebuild_outdated_listing(now=NOON)
    refresh_listing(now=NOON)


@pytest.mark.django_db(transaction=True)
def test_staff_who_rebuild_at_once_begin_one_run():
    assert at_once([lambda: rebuild_listing(now=NOON)] * 8) == {"done": 8}
    assert ListingRebuild.objects.filter(finished_at=None).count() == 1


@pytest.mark.django_db
class TestRebuildListing:
    def test_makes_every_document_again(self):
        on_sale("mug", title="Mug")
        catch_up()
        Listing.objects.update(document="{}", etag="")

        rebuild_listing(now=NOON)
        refresh_listing(now=NOON)

        assert page()["title"] == "Mug"

    def test_tells_how_far_it_is(self, monkeypatch):
        monkeypatch.setattr(module, "BATCH_SIZE", 2)
        monkeypatch.setattr(module, "monotonic", lambda: 0.0)
        for n in range(5):
            on_sale(f"mug-{n}")

        rebuild = rebuild_listing(now=NOON)
        assert (rebuild.products, rebuild.done, rebuild.finished_at) == (5, 0, None)

        refresh_listing(now=NOON)
        rebuild.refresh_from_db()
        assert (rebuild.done, rebuild.finished_at) == (5, NOON)

    def test_begins_anew_where_one_is_under_way(self):
        on_sale("mug")
        first = rebuild_listing(now=NOON)

        second = rebuild_listing(now=NOON + dt.timedelta(minutes=1))

        assert first.pk == second.pk
        assert ListingRebuild.objects.count() == 1

    def test_lets_changes_go_before(self, monkeypatch):
        monkeypatch.setattr(module, "BATCH_SIZE", 1)
        products = [on_sale(f"mug-{n}").product for n in range(3)]
        rebuild_listing(now=NOON)
        change_product(
            product_id=products[-1].pk,
            changes=ProductChanges(title="Cup"),
            expected_version=None,
            now=NOON,
        )

        assert module._refresh_batch(lambda: NOON) == 1

        assert list(Listing.objects.values_list("slug", flat=True)) == ["mug-2"]

    def test_shows_what_changes_while_it_goes_on(self, monkeypatch):
        """A rebuild takes minutes: what it makes at its end is not as things were at its beginning."""
        monkeypatch.setattr(module, "BATCH_SIZE", 1)
        seconds = count(step=60)
        monkeypatch.setattr(module, "monotonic", lambda: next(seconds))
        for n in range(3):
            on_sale(f"mug-{n}", slug=f"mug-{n}", price=3_00)
        catch_up()
        real = module._refresh_batch

        def meanwhile(present):
            refreshed = real(present)
            if ListingRebuild.objects.filter(done=1, finished_at=None):
                price = NewPrice(sku="mug-2", price=Money(4_00, "USD"))
                set_price(price=price, now=NOON + dt.timedelta(minutes=1))
            return refreshed

        monkeypatch.setattr(module, "_refresh_batch", meanwhile)
        rebuild_listing(now=NOON)
        refresh_listing(now=NOON)

        assert not ListingRebuild.objects.filter(finished_at=None)
        assert page("mug-2")["price"]["amount"] == 4_00

    def test_begins_by_itself_for_a_new_market_and_not_again(self):
        on_sale("mug")
        catch_up()
        market("us", "USD", "US")

        assert rebuild_outdated_listing(now=NOON) is not None
        refresh_listing(now=NOON)

        assert rebuild_outdated_listing(now=NOON) is None
        assert ListedMarket.objects.get().code == "us"


@pytest.mark.django_db
class TestMarkets:
    @pytest.fixture(autouse=True)
    def _a_mug_in_dollars_and_euros(self):
        mug = on_sale("mug", title="Mug", price=12_50)
        PriceFactory(variant=mug, currency="EUR", amount_minor=11_00)
        Product.objects.update(translations={"de": {"title": "Becher"}})
        catch_up()

    def test_have_documents_in_their_own_language(self):
        market("de", "EUR", "DE", locale="de-DE")
        catch_up()

        assert page(market=MarketAsked(currency="EUR"))["title"] == "Becher"
        assert page(market=MarketAsked(currency="EUR", code="de"))["title"] == "Becher"
        assert page(market=USD)["title"] == "Mug"

    def test_are_found_by_country_and_else_by_default(self):
        market("de", "EUR", "DE", locale="de-DE", is_default=False)
        market("ie", "EUR", "IE", locale="en-IE")
        catch_up()

        def title_in(country):
            return page(market=MarketAsked(currency="EUR", country=country))["title"]

        assert (title_in("DE"), title_in("IE"), title_in("FR")) == ("Becher", "Mug", "Mug")

    def test_show_every_product_in_every_moment_of_their_beginning_and_end(self):
        euro = MarketAsked(currency="EUR")
        row = market("de", "EUR", "DE", locale="de-DE")
        assert page(market=euro)["title"] == "Mug"
        set_price(price=NewPrice(sku="mug", price=Money(10_00, "EUR")), now=NOON)
        refresh_listing(now=NOON)
        assert page(market=euro)["price"]["amount"] == 10_00

        catch_up()
        assert page(market=euro)["title"] == "Becher"
        assert not Listing.objects.filter(market="eur").exists()

        row.countries.all().delete()
        row.delete()
        set_price(price=NewPrice(sku="mug", price=Money(9_00, "EUR")), now=NOON)
        refresh_listing(now=NOON)
        assert page(market=euro)["price"]["amount"] == 9_00

        catch_up()
        assert page(market=euro)["title"] == "Mug"
        assert not Listing.objects.filter(market="de").exists()


@pytest.mark.django_db(transaction=True)
class TestWorkerKilledInTheMiddle:
    def test_leaves_no_stale_document_after_one_sweep(self, monkeypatch):
        for n in range(3):
            on_sale(f"mug-{n}", price=12_50)
        catch_up()
        for n in range(3):
            price = NewPrice(sku=f"mug-{n}", price=Money(9_99, "USD"))
            set_price(price=price, now=NOON)

        write = module.replace_documents

        def write_and_die(*args, **kwargs):
            write(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)

        connections.close_all()  # a child must not inherit one
        child = os.fork()
        if not child:
            monkeypatch.setattr(module, "replace_documents", write_and_die)
            refresh_listing(now=NOON)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL

        assert page("mug-0")["price"]["amount"] == 12_50
        refresh_listing(now=NOON)

        assert {page(f"mug-{n}")["price"]["amount"] for n in range(3)} == {9_99}
