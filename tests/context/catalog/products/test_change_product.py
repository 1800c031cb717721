"""Changing a product: as it was read, or not at all."""

import datetime as dt

import pytest

from commerce.catalog.models import Product, ProductChange
from commerce.catalog.products.change_product import ProductChanges, change_product
from commerce.catalog.products.drafts import InvalidField, NewVariant
from commerce.catalog.products.queries import UnknownCategory, UnknownProduct
from commerce.catalog.products.refusals import SkuTaken
from commerce.shared.errors import Stale
from commerce.shared.ids import new_id
from tests.at_once import at_once
from tests.factories.catalog import CategoryFactory, ProductFactory, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def change(product, *, version=1, **changes):
    return change_product(
        product_id=product.pk,
        changes=ProductChanges(**changes),
        expected_version=version,
        now=NOON,
    )


@pytest.mark.django_db
class TestChangeProduct:
    @pytest.fixture
    def mug(self):
        return on_sale("mug", title="Mug", brand="Ours").product

    def test_changes_what_is_named_and_leaves_the_rest(self, mug):
        change(mug, title="Cup", description="Holds tea.")

        mug = Product.objects.get(pk=mug.pk)
        assert (mug.title, mug.description, mug.brand) == ("Cup", "Holds tea.", "Ours")
        assert mug.version == 2

    def test_has_the_documents_made_again(self, mug):
        change(mug, title="Cup")

        assert ProductChange.objects.get().product_id == mug.pk

    def test_changes_nothing_where_it_is_so_already(self, mug):
        unchanged = change(mug, title="Mug", variants=[NewVariant(sku="mug")], categories=[])

        assert unchanged.version == 1
        assert not ProductChange.objects.exists()

    def test_refuses_what_has_changed_since_it_was_read(self, mug):
        change(mug, title="Cup")

        with pytest.raises(Stale) as refused:
            change(mug, title="Bowl", version=1)

        assert refused.value.current_version == 2
        assert Product.objects.get(pk=mug.pk).title == "Cup"

    def test_takes_any_version_where_none_is_expected(self, mug):
        assert change(mug, title="Cup", version=None).version == 2

    def test_replaces_a_variant_with_the_same_sku(self, mug):
        change(mug, variants=[NewVariant(sku="mug", weight_g=300, options={"Color": "Red"})])

        variant = mug.variants.get()
        assert (variant.weight_g, variant.options) == (300, [["Color", "Red"]])

    def test_adds_a_variant_with_a_new_sku(self, mug):
        change(mug, variants=[NewVariant(sku="mug-blue")])

        assert [x.sku for x in mug.variants.all()] == ["mug", "mug-blue"]

    def test_refuses_the_sku_of_another_product_and_changes_nothing(self, mug):
        on_sale("cup")

        with pytest.raises(SkuTaken) as refused:
            change(mug, title="Bowl", variants=[NewVariant(sku="new"), NewVariant(sku="cup")])

        assert refused.value.sku == "cup"
        assert Product.objects.get(pk=mug.pk).title == "Mug"

    def test_moves_it_to_other_categories(self, mug):
        cups, gifts = CategoryFactory(slug="cups"), CategoryFactory(slug="gifts")
        change(mug, categories=["cups"])

        change(mug, categories=["gifts"], version=2)

        assert list(mug.categories.all()) == [gifts]
        assert not cups.products.exists()

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"title": ""}, InvalidField),
            ({"variants": [NewVariant(sku="a b")]}, InvalidField),
            ({"categories": ["Cups"]}, InvalidField),
            ({"categories": ["cups"]}, UnknownCategory),
        ],
    )
    def test_refuses_what_contradicts_a_rule(self, mug, changes, refusal):
        with pytest.raises(refusal):
            change(mug, **changes)

    def test_knows_its_products(self):
        with pytest.raises(UnknownProduct):
            change(Product(pk=new_id()), title="Cup")


@pytest.mark.django_db(transaction=True)
class TestChangeProductSideBySide:
    def test_lets_one_of_many_who_read_the_same_version_win(self):
        mug = ProductFactory()

        outcomes = at_once([lambda n=n: change(mug, title=f"Mug {n}") for n in range(32)])

        assert outcomes == {"done": 1, "Stale": 31}
        assert Product.objects.get().version == 2
