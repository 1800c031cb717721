"""Making documents: whatever changes is shown, whoever is killed, and nobody sees an older word."""

import datetime as dt

import orjson
import pytest
from django.db import connection, transaction

from commerce.catalog.listing import refresh_listing as module
from commerce.catalog.listing import work
from commerce.catalog.listing.changes import note_changes
from commerce.catalog.listing.facts import load_facts
from commerce.catalog.listing.listing_query import MarketAsked
from commerce.catalog.listing.models import Listing, Placement, ProductChange
from commerce.catalog.listing.queries import find_document
from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.models import Price, Product
from commerce.catalog.pricing.set_price import set_price
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.change_product import ProductChanges, change_product
from commerce.catalog.products.retire_product import retire_product
from commerce.catalog.products.retire_variant import retire_variant
from commerce.shared.money import Money
from tests.at_once import at_once
from tests.factories.catalog import (
    CategoryFactory,
    PriceFactory,
    ProductFactory,
    VariantFactory,
    on_sale,
)

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
FRIDAY, MONDAY = NOON + dt.timedelta(days=4), NOON + dt.timedelta(days=7)


def listed(slug, currency="USD"):
    found = find_document(slug=slug, market=MarketAsked(currency=currency))
    return found and orjson.loads(found.json)


def refresh(now=NOON):
    return refresh_listing(now=now)


def changed(product_id, at=NOON, **changes):
    change_product(
        product_id=product_id, changes=ProductChanges(**changes), expected_version=None, now=at
    )


def priced(sku, minor, at=NOON, **period):
    set_price(price=NewPrice(sku=sku, price=Money(minor, "USD"), **period), now=at)


@pytest.mark.django_db
class TestRefreshListing:
    @pytest.fixture
    def mug(self):
        mug = on_sale("mug", title="Mug", price=12_50).product
        rebuild_listing(now=NOON)
        refresh()
        return mug

    def test_makes_a_document_of_everything_there_is_to_see(self, mug):
        assert listed("mug")["title"] == "Mug"
        assert listed("mug")["price"] == {"amount": 12_50, "currency": "USD"}
        assert listed("mug")["variants"][0]["sku"] == "mug"

    def test_follows_a_change(self, mug):
        changed(mug.pk, title="Cup")

        assert refresh() == 1

        assert listed("mug")["title"] == "Cup"
        assert find_document(slug="mug", market=MarketAsked(currency="USD")).version == 2

    def test_follows_a_price(self, mug):
        priced("mug", 9_99)
        refresh()

        assert listed("mug")["price"]["amount"] == 9_99

    def test_has_nothing_to_do_twice(self, mug):
        changed(mug.pk, title="Cup")

        assert (refresh(), refresh()) == (1, 0)

    def test_looks_once_at_a_product_that_has_changed_often(self, mug):
        for n in range(5):
            changed(mug.pk, title=f"Mug {n}")

        assert refresh() == 1
        assert listed("mug")["title"] == "Mug 4"

    def test_takes_away_what_is_retired(self, mug):
        retire_product(product_id=mug.pk, now=NOON)
        refresh()

        assert listed("mug") is None
        assert not Placement.objects.exists()

    def test_takes_away_what_has_no_variant_left(self, mug):
        retire_variant(variant_id=mug.variants.get().pk, now=NOON)
        refresh()

        assert listed("mug") is None

    def test_shows_a_product_in_each_currency_it_can_be_bought_in(self, mug):
        PriceFactory(variant=mug.variants.get(), currency="EUR", amount_minor=11_00)
        rebuild_listing(now=NOON)
        refresh()

        assert listed("mug", "EUR")["price"] == {"amount": 11_00, "currency": "EUR"}
        assert listed("mug", "JPY") is None

        Price.objects.filter(currency="USD").delete()
        rebuild_listing(now=NOON)
        refresh()

        assert listed("mug", "USD") is None

    def test_never_shows_a_draft(self):
        on_sale("mug", draft=True)

        assert rebuild_listing(now=NOON).products == 0
        refresh()
        assert Listing.objects.count() == 0

    def test_places_a_product_on_every_shelf_above_it(self, mug):
        kitchen = CategoryFactory(slug="kitchen")
        CategoryFactory(slug="cups", parent=kitchen)
        CategoryFactory(slug="gifts")
        changed(mug.pk, categories=["cups", "gifts"])
        refresh()

        shelves = Placement.objects.values_list("shelf", flat=True)
        assert set(shelves) == {"kitchen", "cups", "gifts"}

        changed(mug.pk, categories=["gifts"])
        refresh()

        assert set(shelves.all()) == {"gifts"}

    def test_costs_as_many_statements_for_many_as_for_one(self, django_assert_num_queries):
        mugs = [on_sale(f"mug-{n}").product_id for n in range(30)]
        with transaction.atomic():
            note_changes(mugs, at=NOON)

        # Is any due, lock, take; fourteen reads, one for facets, seven writes; is any due; a savepoint
        # around.
        with django_assert_num_queries(28):
            assert refresh() == 30

    def test_goes_on_until_nothing_is_due(self, monkeypatch):
        monkeypatch.setattr(module, "BATCH_SIZE", 2)
        for n in range(5):
            on_sale(f"mug-{n}")
        rebuild_listing(now=NOON)

        assert refresh() == 5
        assert Listing.objects.count() == 5


@pytest.mark.django_db
class TestPricesToCome:
    @pytest.fixture(autouse=True)
    def _a_sale_on_friday(self):
        on_sale("mug", price=12_50)
        priced("mug", 9_99, valid_from=FRIDAY, valid_until=MONDAY)
        refresh()

    def test_are_shown_when_their_time_comes_and_no_sooner(self):
        assert listed("mug")["price"]["amount"] == 12_50

        refresh(FRIDAY - dt.timedelta(seconds=1))
        assert listed("mug")["price"]["amount"] == 12_50

        refresh(FRIDAY)
        assert listed("mug")["price"]["amount"] == 9_99

        refresh(MONDAY)
        assert listed("mug")["price"]["amount"] == 12_50

    def test_change_the_etag_for_nobody_else_has_changed_the_product(self):
        before = find_document(slug="mug", market=MarketAsked(currency="USD")).version

        refresh(FRIDAY)

        assert find_document(slug="mug", market=MarketAsked(currency="USD")).version == before + 1
        assert Product.objects.get().version == before + 1

    def test_are_not_missed_by_a_shop_that_was_closed_meanwhile(self):
        refresh(MONDAY + dt.timedelta(days=1))

        assert listed("mug")["price"]["amount"] == 12_50
        assert not ProductChange.objects.exists()


@pytest.mark.django_db
class TestClocksThatDiffer:
    def test_do_not_hide_a_price_set_after_the_run_began(self):
        on_sale("mug", price=12_50)
        priced("mug", 9_99, at=NOON)

        refresh(NOON - dt.timedelta(seconds=1))

        assert listed("mug")["price"]["amount"] == 9_99


@pytest.mark.django_db(transaction=True)
class TestRefreshSideBySide:
    def test_leaves_no_document_stale_while_everything_changes(self):
        mugs = [on_sale(f"mug-{n}", price=100).product for n in range(8)]
        rebuild_listing(now=NOON)

        def change_one(n):
            def act():
                changed(mugs[n % 8].pk, title=f"Mug {n}")
                refresh()

            return act

        outcomes = at_once([change_one(n) for n in range(64)])

        assert outcomes == {"done": 64}
        assert not ProductChange.objects.exists()
        for mug in Product.objects.all():
            found = find_document(slug=mug.slug, market=MarketAsked(currency="USD"))
            assert (listed(mug.slug)["title"], found.version) == (mug.title, mug.version)

    def test_never_writes_an_older_word_over_a_newer_one(self, monkeypatch):
        mug = on_sale("mug", title="Mug").product
        rebuild_listing(now=NOON)
        others = iter([lambda: (changed(mug.pk, title="Cup"), refresh())])

        def load_slowly(*args, **kwargs):
            facts = load_facts(*args, **kwargs)
            for other in others:
                assert at_once([other]) == {"done": 1}
            return facts

        monkeypatch.setattr(module, "load_facts", load_slowly)
        refresh()

        assert listed("mug")["title"] == "Cup"

    def test_returns_at_once_while_another_works_and_that_one_does_the_rest(self):
        on_sale("mug")
        rebuild_listing(now=NOON)
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [work.LOCK])

            outcomes = at_once([refresh] * 4)

            assert outcomes == {"done": 4}
            assert not Listing.objects.exists()
        assert refresh() == 1

    def test_keeps_the_change_noted_where_it_is_killed_in_the_middle(self, monkeypatch):
        mug = on_sale("mug", title="Mug").product
        rebuild_listing(now=NOON)
        refresh()
        changed(mug.pk, title="Cup")

        class Killed(BaseException):
            pass

        def die(*_args, **_kwargs):
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(module, "replace_documents", die)
            with pytest.raises(Killed):
                refresh()
        assert listed("mug")["title"] == "Mug"

        assert refresh() == 1
        assert listed("mug")["title"] == "Cup"


@pytest.mark.django_db
class TestNoteChanges:
    def test_counts_the_version_of_a_draft_up_without_a_document_to_make(self):
        mug = ProductFactory(draft=True)

        with transaction.atomic():
            note_changes([mug.pk], at=NOON)

        mug.refresh_from_db()
        assert mug.version == 2
        assert not ProductChange.objects.exists()

    def test_rings_the_worker_once_the_change_is_committed(
        self, rung, django_capture_on_commit_callbacks
    ):
        mug = VariantFactory().product

        with django_capture_on_commit_callbacks(execute=True):
            changed(mug.pk, title="Cup")
            assert rung == []

        assert rung == ["catalog.refresh_listing"]
