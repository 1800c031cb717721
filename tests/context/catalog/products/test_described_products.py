"""Creating and changing products with types, options, languages, and whatever a variant can be."""

import datetime as dt

import pytest

from commerce.catalog.attributes.queries import UnknownProductType
from commerce.catalog.interface.dto import Grant
from commerce.catalog.models import BundleComponent, Product, Variant
from commerce.catalog.products.bundles import UnknownComponent
from commerce.catalog.products.change_product import ProductChanges, change_product
from commerce.catalog.products.create_product import create_product
from commerce.catalog.products.create_products import CreatedProduct, create_products
from commerce.catalog.products.drafts import (
    InvalidField,
    NewComponent,
    NewVariant,
    ProductTexts,
)
from commerce.catalog.products.publish_product import publish_product
from commerce.catalog.products.queries import UnknownVariant
from commerce.catalog.products.refusals import MissingAttributes
from commerce.shared.ids import encode, new_id
from tests.at_once import at_once
from tests.factories.catalog import (
    PriceFactory,
    attribute,
    bundled,
    described,
    on_sale,
    product_type,
)

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def change(product, **changes):
    return change_product(
        product_id=product.pk, changes=ProductChanges(**changes), expected_version=None, now=NOON
    )


@pytest.fixture
def mugs():
    origin, goes_with = (
        attribute("origin"),
        attribute("goes_with", "reference", reference_to="product"),
    )
    color = attribute("color", "choice", "red", "blue")
    return product_type("mugs", origin, goes_with, of_variants=[color], required=[origin, color])


@pytest.mark.django_db
@pytest.mark.usefixtures("mugs")
class TestCreate:
    def test_keeps_all_that_is_said(self):
        tea = on_sale("tea").product
        red = NewVariant(
            sku="MUG-RED",
            options={"Color": "Red"},
            attributes={"color": "red"},
            length_mm=120,
            width_mm=90,
            height_mm=100,
            requires_shipping=False,
            grants=[Grant(feature="course", days=30)],
            made_to_order_days=14,
        )
        attributes = {"origin": "Assam", "goes_with": encode("prod", tea.pk)}

        create_product(
            product=described(
                "mug",
                product_type="mugs",
                attributes=attributes,
                options={"Color": ["Red", "Blue"]},
                translations={"de": ProductTexts(title="Becher"), "fr": ProductTexts()},
                variants=[red],
            ),
            now=NOON,
        )

        mug = Product.objects.get(slug="mug")
        assert (mug.product_type.code, mug.attributes) == ("mugs", attributes)
        assert mug.options == [["Color", ["Red", "Blue"]]]
        assert mug.translations == {"de": {"title": "Becher"}}
        stored = mug.variants.get()
        assert (stored.length_mm, stored.width_mm, stored.height_mm) == (120, 90, 100)
        assert (stored.attributes, stored.made_to_order_days) == ({"color": "red"}, 14)
        assert stored.grants == [{"feature": "course", "days": 30}]

    def test_fills_bundles_with_what_exists_or_stands_beside_or_before(self):
        on_sale("tea")
        pack = [NewComponent(sku="mug", quantity=2), NewComponent(sku="tea")]
        six = [NewComponent(sku="mug", quantity=6)]

        answers = create_products(
            batch=[
                described(
                    "mug", variants=[NewVariant(sku="six", components=six), NewVariant(sku="mug")]
                ),
                described("pack", variants=[NewVariant(sku="pack", components=pack)]),
            ],
            now=NOON,
        )

        assert [type(x) for x in answers] == [CreatedProduct, CreatedProduct]
        contents = BundleComponent.objects.order_by("bundle__sku", "position")
        assert list(contents.values_list("bundle__sku", "component__sku", "quantity")) == [
            ("pack", "mug", 2),
            ("pack", "tea", 1),
            ("six", "mug", 6),
        ]

    @pytest.mark.parametrize(
        ("description", "refusal"),
        [
            ({"product_type": "cups"}, UnknownProductType),
            ({"attributes": {"origin": "Assam"}}, InvalidField),
            ({"product_type": "mugs", "attributes": {"color": "red"}}, InvalidField),
            (
                {
                    "product_type": "mugs",
                    "attributes": {"goes_with": encode("prod", new_id())},
                },
                InvalidField,
            ),
            (
                {"variants": [NewVariant(sku="x", components=[NewComponent(sku="nothing")])]},
                UnknownComponent,
            ),
        ],
    )
    def test_isolates_what_contradicts_a_rule(self, description, refusal):
        bad, good = create_products(batch=[described("bad", **description), described()], now=NOON)

        assert type(bad) is refusal
        assert isinstance(good, CreatedProduct)
        assert Product.objects.get().slug == "mug"

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"made_to_order_days": 3}, "tea is made to order"),
            ({"requires_shipping": False, "is_gift_card": True}, "tea is a gift card"),
            ({"retired_at": NOON}, "tea is retired"),
        ],
    )
    def test_puts_only_what_is_sold_from_stock_into_a_bundle(self, changes, problem):
        on_sale("tea")
        Variant.objects.update(**changes)
        pack = NewVariant(sku="pack", components=[NewComponent(sku="tea")])

        [refused] = create_products(batch=[described(variants=[pack])], now=NOON)

        assert (refused.field, refused.problem) == ("components", problem)

    def test_puts_no_bundle_into_a_bundle(self):
        on_sale("tea")
        bundled("pack", tea=2)
        pallet = NewVariant(sku="pallet", components=[NewComponent(sku="pack")])

        [refused] = create_products(batch=[described(variants=[pallet])], now=NOON)

        assert refused.problem == "pack is a bundle itself"


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_cost_as_many_statements_as_one(self, mugs, django_assert_max_num_queries):
        tea = on_sale("tea").product
        batch = [
            described(
                f"mug-{n}",
                product_type="mugs",
                attributes={"goes_with": encode("prod", tea.pk)},
                variants=[NewVariant(sku=f"mug-{n}", components=[NewComponent(sku="tea")])],
            )
            for n in range(100)
        ]

        # BEGIN; types, what they ask, choices, references; lock and read components; who is
        # known; four times COPY; COMMIT.
        with django_assert_max_num_queries(13):
            create_products(batch=batch, now=NOON)

        assert BundleComponent.objects.count() == 100


@pytest.mark.django_db
class TestPublish:
    def test_waits_for_all_that_its_type_requires(self, mugs):
        red, blue = NewVariant(sku="red", attributes={"color": "red"}), NewVariant(sku="blue")
        create_product(
            product=described("mug", product_type="mugs", variants=[red, blue]), now=NOON
        )
        mug = Product.objects.get()
        PriceFactory(variant=Variant.objects.get(sku="red"))

        with pytest.raises(MissingAttributes) as refused:
            publish_product(product_id=mug.pk, now=NOON)
        assert refused.value.attributes == ["origin", "color"]

        change(mug, attributes={"origin": "Assam"})
        Variant.objects.filter(sku="blue").update(retired_at=NOON)
        assert publish_product(product_id=mug.pk, now=NOON).status == "published"


@pytest.mark.django_db
class TestChange:
    @pytest.fixture
    def mug(self, mugs):
        mug = on_sale("mug", product_type=mugs, attributes={"origin": "Assam"})
        Variant.objects.update(attributes={"color": "red"})
        return mug.product

    def test_replaces_attributes_options_and_languages_as_a_whole(self, mug):
        change(
            mug,
            attributes={"origin": "Ceylon"},
            options={"Color": ["Red"]},
            translations={"de": ProductTexts(title="Becher")},
            variants=[
                NewVariant(sku="mug", attributes={"color": "blue"}, options={"Color": "Red"})
            ],
        )

        mug = Product.objects.get()
        assert (mug.version, mug.attributes) == (2, {"origin": "Ceylon"})
        assert mug.options == [["Color", ["Red"]]]
        assert mug.translations == {"de": {"title": "Becher"}}
        assert mug.variants.get().attributes == {"color": "blue"}

    def test_takes_nothing_away_that_is_required_while_it_is_for_sale(self, mug):
        with pytest.raises(MissingAttributes):
            change(mug, attributes={})
        with pytest.raises(MissingAttributes):
            change(mug, variants=[NewVariant(sku="mug-blue")])

        assert Product.objects.get().attributes == {"origin": "Assam"}

    def test_forgives_what_was_missing_before(self, mug):
        Product.objects.update(attributes={})

        assert change(mug, variants=[NewVariant(sku="b", attributes={"color": "red"})]).version == 2

    def test_moves_to_another_type_and_to_none(self, mug):
        product_type("cups")

        change(mug, product_type="cups")
        assert Product.objects.get().product_type.code == "cups"
        change(mug, product_type="")
        assert Product.objects.get().product_type is None
        with pytest.raises(UnknownProductType):
            change(mug, product_type="plates")

    def test_states_more_beside_what_is_stated_and_takes_single_values_away(self, mug):
        Product.objects.update(attributes={"origin": "Assam", "of_old": "1", "goes_with": "2"})
        Variant.objects.update(attributes={"color": "red", "of_old": "1"})

        change(
            mug,
            stated={"origin": "Ceylon", "goes_with": None},
            stated_by_sku={"mug": {"color": "blue"}},
        )

        mug = Product.objects.get()
        assert mug.attributes == {"origin": "Ceylon", "of_old": "1"}
        assert mug.variants.get().attributes == {"color": "blue", "of_old": "1"}
        assert mug.version == 2
        again = {"stated": {"origin": "Ceylon"}, "stated_by_sku": {"mug": {"color": "blue"}}}
        assert change(mug, **again).version == 2

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"stated": {"color": "red"}}, InvalidField),
            ({"stated_by_sku": {"mug": {"color": "green"}}}, InvalidField),
            ({"stated": {"origin": None}}, MissingAttributes),
            ({"stated_by_sku": {"mug": {"color": None}}}, MissingAttributes),
            ({"stated_by_sku": {"cup": {"color": "red"}}}, UnknownVariant),
        ],
    )
    def test_states_nothing_that_contradicts_its_type(self, changes, refusal, mug):
        with pytest.raises(refusal):
            change(mug, **changes)

        assert Product.objects.get().version == 1

    def test_takes_a_type_together_with_what_it_asks_for(self, mug):
        handle = attribute("handle")
        product_type("cups", handle, of_variants=[attribute("size")], required=[handle])

        with pytest.raises(MissingAttributes):
            change(mug, product_type="cups")
        change(
            mug,
            product_type="cups",
            stated={"handle": "left"},
            stated_by_sku={"mug": {"size": "L"}},
        )

        mug = Product.objects.get()
        assert mug.product_type.code == "cups"
        assert mug.attributes == {"origin": "Assam", "handle": "left"}
        assert mug.variants.get().attributes == {"color": "red", "size": "L"}

    @pytest.mark.parametrize(
        "said",
        [
            {"attributes": {"origin": "As\x00sam"}},
            {"variants": [NewVariant(sku="MUG-RED", attributes={"co\x00lor": "red"})]},
        ],
    )
    def test_refuses_what_cannot_be_stored(self, mug, said):
        with pytest.raises(InvalidField):
            change(mug, **said)

    def test_keeps_every_variant_within_the_options(self, mug):
        with pytest.raises(InvalidField):
            change(mug, options={"Size": ["L"]})

        assert Product.objects.get().options == []

    def test_fills_and_empties_a_bundle(self, mug):
        on_sale("tea", price=None)
        pack = NewVariant(sku="pack", attributes={"color": "red"})

        filled = [NewComponent(sku="mug", quantity=2), NewComponent(sku="tea")]
        change(mug, variants=[NewVariant(**_fields(pack) | {"components": filled})])
        assert [x.quantity for x in Variant.objects.get(sku="pack").components.all()] == [2, 1]

        change(mug, variants=[pack])
        assert not BundleComponent.objects.exists()

    def test_leaves_a_component_what_it_is(self, mug):
        bundled("pack", mug=2)

        with pytest.raises(InvalidField) as refused:
            change(mug, variants=[NewVariant(sku="mug", made_to_order_days=3)])

        assert refused.value.problem == "mug stands in a bundle as it is"


@pytest.mark.django_db(transaction=True)
class TestBundlesSideBySide:
    def test_are_never_filled_with_each_other(self):
        one, two = on_sale("one").product, on_sale("two").product

        def fill(product, sku, component):
            bundle = NewVariant(sku=sku, components=[NewComponent(sku=component)])
            return lambda: change(product, variants=[bundle])

        outcomes = at_once([fill(one, "one", "two"), fill(two, "two", "one")] * 16)

        assert set(outcomes) == {"done", "InvalidField"}
        assert BundleComponent.objects.count() == 1


def _fields(variant):
    return {name: getattr(variant, name) for name in ("sku", "attributes")}
