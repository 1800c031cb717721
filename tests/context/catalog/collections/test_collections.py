"""Collections: arranged by hand or by rules, and always what they say they are."""

import datetime as dt

import pytest
from django.db import transaction

from commerce.catalog.collections import evaluate_rules as evaluating
from commerce.catalog.collections.change_collection import change_collection
from commerce.catalog.collections.create_collection import CollectionTaken, create_collection
from commerce.catalog.collections.drafts import CollectionChanges, NewCollection, Window
from commerce.catalog.collections.evaluate_rules import evaluate_rules
from commerce.catalog.collections.queries import (
    UnknownCollection,
    collections_shown,
    load_collections,
)
from commerce.catalog.collections.refresh_members import refresh_members
from commerce.catalog.listing.facts import load_facts
from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.models import (
    Attribute,
    Collection,
    ProductChange,
    ProductType,
    TypeAttribute,
)
from commerce.catalog.pricing.set_price import set_price
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.change_product import ProductChanges, change_product
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.queries import UnknownCategory
from commerce.catalog.products.retire_product import retire_product
from commerce.shared.errors import Stale
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.factories.catalog import CategoryFactory, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
NORDIC = [{"field": "brand", "in": ["Nordic"]}]
CHEAP = [{"field": "price", "currency": "USD", "lte": 10_00}]

pytestmark = pytest.mark.django_db


def create(slug="gifts", kind="manual", **words):
    words = CollectionChanges(**{"title": slug.title(), "is_published": True, **words})
    return create_collection(collection=NewCollection(slug=slug, kind=kind, words=words), now=NOON)


def change(slug="gifts", *, version=None, at=NOON, **words):
    return change_collection(
        slug=slug, changes=CollectionChanges(**words), expected_version=version, now=at
    )


def refresh(at=NOON):
    return refresh_listing(now=at)


def is_waiting():
    return Collection.objects.filter(evaluation_due_at__isnull=False).exists()


def members(slug="gifts"):
    rows = Collection.objects.get(slug=slug).members.order_by("position", "product__slug")
    return list(rows.values_list("product__slug", flat=True))


def changed(product, at=NOON, **changes):
    change_product(
        product_id=product.pk, changes=ProductChanges(**changes), expected_version=None, now=at
    )


class TestManual:
    @pytest.fixture
    def three(self):
        return [on_sale(sku).product for sku in ("mug", "cup", "bowl")]

    def test_holds_what_was_put_in_and_in_this_order(self, three):
        mug, cup, bowl = three

        create(product_ids=[bowl.pk, mug.pk])
        assert members() == ["bowl", "mug"]

        change(product_ids=[mug.pk, cup.pk, bowl.pk])
        assert members() == ["mug", "cup", "bowl"]

    def test_has_only_those_shown_again_that_came_went_or_moved(self, three):
        mug, cup, bowl = three
        create(product_ids=[mug.pk, cup.pk])
        refresh()

        change(product_ids=[mug.pk, bowl.pk])

        noted = set(ProductChange.objects.values_list("product_id", flat=True))
        assert noted == {cup.pk, bowl.pk}

    def test_changes_nothing_that_is_so_already(self, three):
        create(product_ids=[three[0].pk])

        assert change(product_ids=[three[0].pk], title="Gifts", is_published=True).version == 1

    def test_refuses_products_that_do_not_exist_and_rules(self, three):
        for broken in (
            {"product_ids": [new_id()]},
            {"product_ids": [three[0].pk] * 2},
            {"rules": NORDIC},
        ):
            with pytest.raises(InvalidField):
                create(**broken)
        assert not Collection.objects.exists()

    def test_keeps_its_order_whatever_changes_about_its_products(self, three):
        create(product_ids=[x.pk for x in three])

        changed(three[0], brand="Nordic")
        refresh()

        assert members() == ["mug", "cup", "bowl"]


class TestRules:
    @pytest.fixture
    def nordic(self):
        """A collection of what is Nordic; the mug is, the cup is not."""
        self.mug = on_sale("mug", brand="Nordic").product
        self.cup = on_sale("cup", brand="Acme").product
        create("nordic", "rules", rules=NORDIC)
        rebuild_listing(now=NOON)
        refresh()

    @pytest.mark.usefixtures("nordic")
    def test_find_what_there_is(self):
        assert members("nordic") == ["mug"]
        assert not is_waiting()

    @pytest.mark.usefixtures("nordic")
    def test_follow_every_change_of_a_product(self):
        changed(self.cup, brand="Nordic")
        changed(self.mug, brand="Acme")
        refresh()
        assert members("nordic") == ["cup"]

        retire_product(product_id=self.cup.pk, now=NOON)
        refresh()
        assert members("nordic") == []

    @pytest.mark.usefixtures("nordic")
    def test_follow_a_price_when_its_hour_comes(self):
        create("cheap", "rules", rules=CHEAP)
        sale = NewPrice(sku="mug", price=Money(9_99, "USD"), valid_from=NOON + HOUR)
        set_price(price=sale, now=NOON)
        refresh()
        assert members("cheap") == []

        refresh(at=NOON + HOUR)

        assert members("cheap") == ["mug"]

    def test_look_at_the_categories_above_and_at_what_variants_state(self):
        kitchen = CategoryFactory(slug="kitchen")
        cups = CategoryFactory(slug="cups", parent=kitchen)
        color = Attribute.objects.create(code="color", name="Color", kind="text", created_at=NOON)
        kind = ProductType.objects.create(code="mug", name="Mug", created_at=NOON)
        TypeAttribute.objects.create(
            product_type=kind, attribute=color, scope="variant", position=0
        )
        mug = on_sale("mug", categories=[cups], product_type=kind)
        mug.attributes = {"color": "red"}
        mug.save()
        create("in-kitchen", "rules", rules=[{"field": "category", "in": ["kitchen"]}])
        create("red", "rules", rules=[{"field": "attributes.color", "in": ["red"]}])
        create("blue", "rules", rules=[{"field": "attributes.color", "in": ["blue"]}])

        refresh()

        assert [members(x) for x in ("in-kitchen", "red", "blue")] == [["mug"], ["mug"], []]

    @pytest.mark.usefixtures("nordic")
    def test_that_are_changed_are_put_to_every_product_again(self, rung_for_rules):
        rung_for_rules.clear()

        assert change("nordic", rules=[{"field": "brand", "in": ["Acme"]}]).version == 2
        assert members("nordic") == ["mug"]
        refresh()

        assert members("nordic") == ["cup"]
        assert not ProductChange.objects.exists()

    @pytest.mark.usefixtures("nordic")
    def test_that_are_all_taken_away_find_nothing(self):
        change("nordic", rules=[])
        refresh()

        assert members("nordic") == []

    @pytest.mark.usefixtures("nordic")
    def test_go_on_where_a_killed_worker_left_off(self, monkeypatch):
        monkeypatch.setattr(evaluating, "BATCH_SIZE", 2)
        for n in range(5):
            on_sale(f"acme-{n}", brand="Acme")
        change("nordic", rules=[{"field": "brand", "in": ["Acme"]}])

        with transaction.atomic():
            assert evaluate_rules(now=NOON) == 2
        first = Collection.objects.get(slug="nordic")
        assert first.evaluated_to is not None
        assert is_waiting()

        refresh()
        assert members("nordic") == ["acme-0", "acme-1", "acme-2", "acme-3", "acme-4", "cup"]
        assert not is_waiting()

    @pytest.mark.usefixtures("nordic")
    def test_begin_anew_when_they_change_while_they_are_put(self, monkeypatch):
        monkeypatch.setattr(evaluating, "BATCH_SIZE", 1)
        change("nordic", rules=[{"field": "brand", "in": ["Acme"]}])
        with transaction.atomic():
            evaluate_rules(now=NOON)

        change("nordic", rules=[{"field": "brand", "in": ["Acme", "Nordic"]}])
        refresh()

        assert members("nordic") == ["cup", "mug"]

    @pytest.mark.usefixtures("nordic")
    def test_have_only_those_shown_again_for_which_something_is_new(self):
        create("acme", "rules", rules=[{"field": "brand", "in": ["Acme"]}])

        with transaction.atomic():
            evaluate_rules(now=NOON)

        assert set(ProductChange.objects.values_list("product_id", flat=True)) == {self.cup.pk}

    def test_ask_for_what_there_is(self):
        with pytest.raises(UnknownCategory):
            create("cups", "rules", rules=[{"field": "category", "in": ["cups"]}])
        with pytest.raises(InvalidField):
            create("nordic", "rules", rules=[{"field": "nonsense"}])
        with pytest.raises(InvalidField):
            create("nordic", "rules", product_ids=[new_id()])

    def test_cost_as_many_statements_for_many_products_as_for_one(self, django_assert_num_queries):
        for n in range(3):
            create(f"nordic-{n}", "rules", rules=NORDIC)
        products = [on_sale(f"mug-{n}", brand="Nordic").product.pk for n in range(30)]
        facts = load_facts(products, at=NOON)

        with transaction.atomic(), django_assert_num_queries(3):
            found = refresh_members(facts)

        assert [len(x.collections) for x in found] == [3] * 30


class TestFacts:
    def test_have_the_published_collections_with_their_place(self):
        mug, cup = on_sale("mug").product, on_sale("cup").product
        create(product_ids=[cup.pk, mug.pk], translations={"de": {"title": "Geschenke"}})
        create("secret", product_ids=[mug.pk], is_published=False)

        [facts] = load_collections([mug.pk])[mug.pk]

        assert (facts.slug, facts.title, facts.position) == ("gifts", "Gifts", 1)
        assert facts.translations == {"de": {"title": "Geschenke"}}

    def test_change_for_all_that_stands_in_it_when_it_is_published(self):
        mug = on_sale("mug").product
        create(product_ids=[mug.pk], is_published=False)
        refresh()

        change(is_published=True)

        assert ProductChange.objects.get().product_id == mug.pk


class TestWindows:
    def shown(self, *, at=NOON, market=None):
        return [x.slug for x in collections_shown(at=at, market=market)]

    def test_are_open_everywhere_where_there_are_none(self):
        create()

        assert self.shown() == self.shown(market="eu") == ["gifts"]

    def test_open_and_close_in_each_market_by_themselves(self):
        create(
            publications=[
                Window(market_code="us"),
                Window(market_code="eu", published_from=NOON, published_until=NOON + HOUR),
            ]
        )

        assert self.shown(market="us", at=NOON - HOUR) == ["gifts"]
        assert self.shown(market="eu", at=NOON - HOUR) == []
        assert self.shown(market="eu") == ["gifts"]
        assert self.shown(market="eu", at=NOON + HOUR) == []
        assert self.shown(market="jp") == []
        assert self.shown() == ["gifts"]

    def test_show_nothing_that_is_not_published(self):
        create(is_published=False)

        assert self.shown() == []

    def test_are_replaced_by_the_complete_new_list(self):
        create(publications=[Window(market_code="us")])

        assert change(publications=[Window(market_code="us")]).version == 1
        assert change(publications=[Window(market_code="eu")]).version == 2
        assert self.shown(market="us") == []
        assert change(publications=[]).version == 3
        assert self.shown(market="us") == ["gifts"]

    @pytest.mark.parametrize(
        "windows",
        [
            [Window(market_code="us"), Window(market_code="us")],
            [Window(market_code="US of A")],
            [Window(market_code="us", published_from=NOON, published_until=NOON)],
        ],
    )
    def test_refuse_what_contradicts_itself(self, windows):
        with pytest.raises(InvalidField):
            create(publications=windows)


class TestChangeCollection:
    def test_changes_the_words(self):
        create()

        row = change(
            title="Presents",
            description="For everybody",
            translations={"de": {"title": "Geschenke", "description": "Für alle"}},
        )

        row.refresh_from_db()
        assert (row.title, row.description, row.version) == ("Presents", "For everybody", 2)

    @pytest.mark.parametrize(
        "words",
        [
            {"title": " "},
            {"title": "x" * 201},
            {"description": "\x00"},
            {"translations": {"de": {"name": "x"}}},
            {"matching": "some"},
        ],
    )
    def test_refuses_what_contradicts_a_rule(self, words):
        create()

        with pytest.raises(InvalidField):
            change(**words)

    def test_refuses_a_stale_version_and_another_slug(self):
        create()
        change(title="Presents")

        with pytest.raises(Stale):
            change(title="x", version=1)
        with pytest.raises(UnknownCollection):
            change("nothing", title="x")


class TestCreateCollection:
    def test_refuses_a_slug_that_is_taken_or_none(self):
        create()

        with pytest.raises(CollectionTaken):
            create()
        for slug in ("Gifts", "", "g" * 101):
            with pytest.raises(InvalidField):
                create(slug)
        with pytest.raises(InvalidField):
            create("other", "magic")
        with pytest.raises(InvalidField):
            create("other", title=None)
