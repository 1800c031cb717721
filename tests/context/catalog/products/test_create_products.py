"""Creating products: many at once, again and again, and one bad row among good ones."""

import datetime as dt
from dataclasses import replace

import pytest

from commerce.catalog.models import OutboxMessage, Product, ProductChange, Variant
from commerce.catalog.products.create_product import create_product
from commerce.catalog.products.create_products import (
    CreatedProduct,
    create_products,
)
from commerce.catalog.products.drafts import InvalidField, NewVariant
from commerce.catalog.products.queries import UnknownCategory
from commerce.catalog.products.refusals import SkuTaken, SlugTaken
from tests.at_once import at_once
from tests.factories.catalog import CategoryFactory, described

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


@pytest.mark.django_db
class TestCreateProduct:
    def test_makes_a_draft_with_its_variants_in_order(self):
        red = NewVariant(sku="MUG-RED", options={"Color": "Red"}, weight_g=300, gtin="96385074")
        blue = NewVariant(sku="MUG-BLUE", needs_approval=True, tax_category="food")

        created = create_product(
            product=described("mug", brand="Ours", variants=[red, blue]), now=NOON
        )

        product = Product.objects.get()
        assert (product.pk, created.is_new) == (created.product_id, True)
        assert (product.status, product.version, product.created_at) == ("draft", 1, NOON)
        assert [x.sku for x in product.variants.all()] == ["MUG-RED", "MUG-BLUE"]
        stored = product.variants.get(sku="MUG-RED")
        assert (stored.options, stored.weight_g, stored.gtin) == (
            [["Color", "Red"]],
            300,
            "96385074",
        )
        assert product.variants.get(sku="MUG-BLUE").needs_approval

    def test_puts_it_into_its_categories(self):
        CategoryFactory(slug="cups")

        create_product(product=described("mug", categories=["cups", "cups"]), now=NOON)

        assert [x.slug for x in Product.objects.get().categories.all()] == ["cups"]

    def test_gives_the_first_answer_when_asked_again(self):
        first = create_product(product=described("mug", title="Mug"), now=NOON)

        second = create_product(product=described("mug", title="Another"), now=NOON)

        assert second == replace(first, is_new=False)
        assert Product.objects.get().title == "Mug"

    def test_gives_the_product_although_variants_were_added_since(self):
        first = create_product(product=described("mug", "red", "blue"), now=NOON)

        assert create_product(product=described("mug", "red"), now=NOON).product_id == (
            first.product_id
        )

    def test_refuses_the_slug_of_another_product(self):
        create_product(product=described("mug", "red"), now=NOON)

        with pytest.raises(SlugTaken):
            create_product(product=described("mug", "red", "green"), now=NOON)

    def test_refuses_the_sku_of_another_product(self):
        create_product(product=described("mug", "red"), now=NOON)

        with pytest.raises(SkuTaken) as refused:
            create_product(product=described("cup", "red"), now=NOON)

        assert refused.value.sku == "red"

    def test_refuses_an_unknown_category(self):
        with pytest.raises(UnknownCategory) as refused:
            create_product(product=described("mug", categories=["cups"]), now=NOON)

        assert refused.value.category == "cups"
        assert not Product.objects.exists()

    def test_tells_nobody_about_a_draft(self):
        create_product(product=described("mug"), now=NOON)

        assert not OutboxMessage.objects.exists()
        assert not ProductChange.objects.exists()


@pytest.mark.django_db
class TestCreateProducts:
    def test_isolates_bad_rows(self):
        create_product(product=described("old", "OLD"), now=NOON)

        answers = create_products(
            batch=[
                described("good"),
                described("bad", title=""),
                described("good-too"),
                described("thief", "OLD"),
                described("good", "other-sku"),
                described("null", "a\x00"),
                described("old", "OLD"),
            ],
            now=NOON,
        )

        assert [type(x) for x in answers] == [
            CreatedProduct,
            InvalidField,
            CreatedProduct,
            SkuTaken,
            SlugTaken,
            InvalidField,
            CreatedProduct,
        ]
        assert set(Product.objects.values_list("slug", flat=True)) == {"old", "good", "good-too"}

    def test_takes_a_product_that_is_twice_in_the_batch_once(self):
        first, second = create_products(batch=[described("mug"), described("mug")], now=NOON)

        assert second == replace(first, is_new=False)
        assert Variant.objects.count() == 1

    def test_is_nothing_for_an_empty_batch(self):
        assert create_products(batch=[], now=NOON) == []


@pytest.mark.django_db(transaction=True)
class TestCreateProductsSideBySide:
    def test_costs_as_many_statements_for_many_as_for_one(self, django_assert_max_num_queries):
        CategoryFactory(slug="cups")
        batch = [described(f"mug-{n}", categories=["cups"]) for n in range(200)]

        # Two reads; BEGIN, three times COPY, COMMIT.
        with django_assert_max_num_queries(7):
            create_products(batch=batch, now=NOON)

        assert Product.objects.count() == 200

    def test_makes_one_product_for_two_who_describe_the_same(self):
        outcomes = at_once([lambda: create_product(product=described("mug"), now=NOON)] * 64)

        assert outcomes == {"done": 64}
        assert Product.objects.count() == 1
