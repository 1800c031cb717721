"""A product in other languages and some markets, with all its variants, and in bundles."""

import datetime as dt

import pytest

from commerce.catalog.interface.dto import Availability, SkuAvailability
from commerce.catalog.listing.facts import load_facts
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.listing.set_availability import set_availability
from commerce.catalog.models import Market, Product, ProductChange, ProductPublication, Variant
from commerce.catalog.products.drafts import InvalidField, NewVariant, ProductTexts
from commerce.catalog.products.generate_variants import generate_variants
from commerce.catalog.products.queries import UnknownProduct, UnknownVariant
from commerce.catalog.products.refusals import MissingAttributes, SkuTaken
from commerce.catalog.products.retire_variant import retire_variant
from commerce.catalog.products.set_attributes import AttributesToSet, set_attributes
from commerce.catalog.products.set_publications import NewPublication, set_publications
from commerce.catalog.products.translate_product import translate_product
from commerce.shared.errors import Stale
from commerce.shared.ids import new_id
from tests.factories.catalog import attribute, bundled, on_sale, product_type

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
TOMORROW = NOON + dt.timedelta(days=1)


def facts_of(product):
    [facts] = load_facts([product.pk], at=NOON)
    return facts


@pytest.mark.django_db
class TestTranslateProduct:
    def translate(self, product, locale, texts, version=None):
        return translate_product(
            product_id=product.pk, locale=locale, texts=texts, expected_version=version, now=NOON
        )

    def test_writes_one_language_beside_the_others(self):
        mug = on_sale("mug").product

        self.translate(mug, "de", ProductTexts(title="Becher", options={"Red": "Rot"}))
        self.translate(mug, "fr", ProductTexts(title="Tasse"))

        assert facts_of(mug).translations == {
            "de": {"title": "Becher", "options": {"Red": "Rot"}},
            "fr": {"title": "Tasse"},
        }
        assert ProductChange.objects.filter(product_id=mug.pk).count() == 2

    def test_takes_a_language_away(self):
        mug = on_sale("mug", translations={"de": {"title": "Becher"}}).product

        assert self.translate(mug, "de", None).version == 2
        assert Product.objects.get().translations == {}

    def test_changes_nothing_when_it_is_so_already(self):
        mug = on_sale("mug", translations={"de": {"title": "Becher"}}).product

        assert self.translate(mug, "de", ProductTexts(title="Becher")).version == 1
        assert self.translate(mug, "fr", None).version == 1

    def test_refuses_what_is_stale_or_wrong(self):
        mug = on_sale("mug").product

        with pytest.raises(Stale):
            self.translate(mug, "de", ProductTexts(title="Becher"), version=7)
        with pytest.raises(InvalidField):
            self.translate(mug, "german", ProductTexts(title="Becher"))


@pytest.mark.django_db
class TestSetPublications:
    @pytest.fixture(autouse=True)
    def markets(self):
        for code, currency in (("us", "USD"), ("eu", "EUR")):
            Market.objects.create(code=code, name=code, currency=currency, created_at=NOON)

    def put(self, product, *publications, version=None):
        return set_publications(
            product_id=product.pk,
            publications=publications,
            expected_version=version,
            now=NOON,
        )

    def test_names_the_markets_and_their_windows(self):
        mug = on_sale("mug").product

        self.put(mug, NewPublication(market="us"), NewPublication(market="eu", published_from=NOON))
        self.put(mug, NewPublication(market="eu", published_until=TOMORROW))

        facts = facts_of(mug)
        assert [x.market_code for x in facts.publications] == ["eu"]
        assert facts.is_for_sale_in("eu", at=NOON)
        assert not facts.is_for_sale_in("eu", at=TOMORROW)
        assert facts.version == 3

    def test_has_the_documents_made_again_now_and_when_a_window_opens_or_closes(self):
        mug = on_sale("mug").product

        self.put(mug, NewPublication(market="us", published_from=NOON, published_until=TOMORROW))

        notes = ProductChange.objects.order_by("id").values_list("due_at", flat=True)
        assert list(notes) == [None, TOMORROW]

    def test_sells_everywhere_again(self):
        mug = on_sale("mug").product
        self.put(mug, NewPublication(market="us"))

        self.put(mug)

        assert not ProductPublication.objects.exists()

    def test_changes_nothing_when_it_is_so_already(self):
        mug = on_sale("mug").product
        window = NewPublication(market="us", published_from=NOON)

        assert self.put(mug, window).version == 2
        assert self.put(mug, window).version == 2

    @pytest.mark.parametrize(
        "publications",
        [
            [NewPublication(market="mars")],
            [NewPublication(market="us")] * 2,
            [NewPublication(market="us", published_from=TOMORROW, published_until=NOON)],
        ],
    )
    def test_refuses_what_contradicts_itself(self, publications):
        with pytest.raises(InvalidField):
            self.put(on_sale("mug").product, *publications)

    def test_refuses_what_the_caller_has_not_seen(self):
        with pytest.raises(Stale):
            self.put(on_sale("mug").product, version=2)


@pytest.mark.django_db
class TestGenerateVariants:
    OPTIONS = (["Color", ["Red", "Blue"]], ["Size", ["S", "L"]])

    @pytest.fixture
    def mug(self):
        mug = on_sale("first", slug="mug", options=list(self.OPTIONS)).product
        Variant.objects.update(options=[["Color", "Red"], ["Size", "S"]])
        return mug

    def generate(self, product, version=None, **pattern):
        return generate_variants(
            product_id=product.pk,
            pattern=NewVariant(**{"sku": "MUG", **pattern}),
            expected_version=version,
            now=NOON,
        )

    def test_makes_what_is_missing_in_the_order_of_the_options(self, mug):
        made = self.generate(mug, weight_g=300)

        assert made == ["MUG-RED-L", "MUG-BLUE-S", "MUG-BLUE-L"]
        stored = Variant.objects.get(sku="MUG-BLUE-L")
        assert (stored.options, stored.weight_g) == ([["Color", "Blue"], ["Size", "L"]], 300)
        assert Product.objects.get().version == 2

    def test_makes_nothing_twice_and_nothing_again_that_was_retired(self, mug):
        self.generate(mug)
        retire_variant(variant_id=Variant.objects.get(sku="MUG-RED-L").pk, now=NOON)

        assert self.generate(mug) == []
        assert Variant.objects.count() == 4

    @pytest.mark.parametrize("names", ["", "AB"], ids=["none", "too many"])
    def test_needs_options_that_can_be_combined(self, names):
        mug = on_sale("mug", options=[[name, list("abcdefghijklmnop")] for name in names]).product

        with pytest.raises(InvalidField):
            self.generate(mug)

    def test_refuses_what_contradicts_a_rule(self, mug):
        on_sale("MUG-RED-L")

        with pytest.raises(SkuTaken):
            self.generate(mug)
        with pytest.raises(InvalidField):
            self.generate(mug, gtin="96385074")
        with pytest.raises(InvalidField):
            self.generate(mug, sku="M" * 64)
        with pytest.raises(Stale):
            self.generate(mug, version=9)
        assert Variant.objects.filter(product=mug).count() == 1


@pytest.mark.django_db
class TestSetAttributes:
    @pytest.fixture
    def mug(self):
        origin, color = attribute("origin"), attribute("color", "choice", "red", "blue")
        tea = attribute("tea")
        mugs = product_type("mugs", origin, tea, of_variants=[color], required=[origin])
        on_sale("cup", product_type=mugs, attributes={"origin": "Assam"})
        return on_sale("mug", product_type=mugs, attributes={"origin": "Assam"}).product

    def test_sets_removes_and_leaves_the_rest(self, mug):
        answers = set_attributes(
            batch=[
                AttributesToSet(slug="mug", attributes={"tea": "green"}),
                AttributesToSet(sku="cup", attributes={"color": "red"}),
                AttributesToSet(slug="cup", attributes={"tea": None}),
                AttributesToSet(slug="mug", attributes={"tea": "black"}),
            ],
            now=NOON,
        )

        assert answers == [True, True, False, True]
        mug.refresh_from_db()
        assert (mug.attributes, mug.version) == ({"origin": "Assam", "tea": "black"}, 2)
        assert Variant.objects.get(sku="cup").attributes == {"color": "red"}
        assert ProductChange.objects.count() == 2

    def test_isolates_what_cannot_be_set(self, mug):
        answers = set_attributes(
            batch=[
                AttributesToSet(slug="bowl", attributes={"tea": "green"}),
                AttributesToSet(sku="bowl\x00", attributes={"color": "red"}),
                AttributesToSet(slug="mug", attributes={"color": "red"}),
                AttributesToSet(slug="mug", attributes={"origin": None}),
                AttributesToSet(slug="mug", attributes={"tea": "green"}),
            ],
            now=NOON,
        )

        assert [type(x) for x in answers] == [
            *(UnknownProduct, UnknownVariant, InvalidField, MissingAttributes, bool)
        ]
        mug.refresh_from_db()
        assert mug.attributes == {"origin": "Assam", "tea": "green"}


@pytest.mark.django_db(transaction=True)
class TestSetManyAttributes:
    def test_costs_as_many_statements_as_one(self, django_assert_max_num_queries):
        mugs = product_type("mugs", attribute("tea"), of_variants=[attribute("size", "number")])
        for n in range(50):
            on_sale(f"mug-{n}", product_type=mugs)
        batch = [
            row
            for n in range(50)
            for row in (
                AttributesToSet(slug=f"mug-{n}", attributes={"tea": "green"}),
                AttributesToSet(sku=f"mug-{n}", attributes={"size": n}),
            )
        ]

        # BEGIN; lock, variants, twice what types ask and their choices; two writes, a note; COMMIT;
        # whether somebody has rung.
        with django_assert_max_num_queries(12):
            assert all(set_attributes(batch=batch, now=NOON))

        assert Variant.objects.get(sku="mug-7").attributes == {"size": 7}


@pytest.mark.django_db
class TestBundlesOnLists:
    @pytest.fixture
    def pack(self):
        for sku, weight in (("mug", 300), ("tea", 100)):
            on_sale(sku)
            Variant.objects.filter(sku=sku).update(weight_g=weight)
        return bundled("pack", mug=2, tea=1)

    def say(self, sku, availability):
        set_availability(
            states=[SkuAvailability(sku=sku, availability=availability, as_of=NOON)], now=NOON
        )

    def test_weigh_and_are_available_as_what_is_in_them(self, pack):
        self.say("mug", Availability.IN_STOCK)
        self.say("tea", Availability.LOW_STOCK)

        [variant] = facts_of(pack.product).variants
        assert (variant.weight_g, variant.availability) == (700, "low_stock")
        assert [(x.sku, x.quantity) for x in variant.components] == [("mug", 2), ("tea", 1)]

    def test_are_not_available_once_a_part_is_not_sold(self, pack):
        for sku in ("mug", "tea"):
            self.say(sku, Availability.IN_STOCK)

        retire_variant(variant_id=Variant.objects.get(sku="tea").pk, now=NOON)

        [variant] = facts_of(pack.product).variants
        assert variant.availability == "out_of_stock"

    def test_are_shown_anew_when_a_part_changes(self, pack):
        refresh_listing(now=NOON)
        version = Product.objects.get(pk=pack.product_id).version

        self.say("mug", Availability.IN_STOCK)
        assert ProductChange.objects.filter(product_id=pack.product_id).count() == 1
        refresh_listing(now=NOON)

        assert Product.objects.get(pk=pack.product_id).version == version + 1
        assert not ProductChange.objects.exists()

    def test_are_made_to_order_without_a_word_from_a_warehouse(self):
        portrait = on_sale("portrait")
        Variant.objects.filter(pk=portrait.pk).update(made_to_order_days=14)
        self.say("portrait", Availability.OUT_OF_STOCK)

        [variant] = facts_of(portrait.product).variants
        assert variant.availability == "backorder"


@pytest.mark.django_db
class TestUnknown:
    def test_products_are_not_found(self):
        with pytest.raises(UnknownProduct):
            set_publications(product_id=new_id(), publications=[], expected_version=None, now=NOON)
