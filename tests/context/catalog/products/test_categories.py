"""The tree of categories, and putting products into it."""

import datetime as dt

import pytest

from commerce.catalog.models import Category, ProductChange
from commerce.catalog.products.assign_category import assign_category
from commerce.catalog.products.create_categories import (
    CategoryTaken,
    NewCategory,
    create_categories,
)
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.queries import UnknownCategory, UnknownProduct
from commerce.shared.ids import new_id
from tests.factories.catalog import CategoryFactory, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db

DRINKS = NewCategory(slug="drinks", name="Drinks")
TEA = NewCategory(slug="tea", name="Tea", parent="drinks")
GREEN = NewCategory(slug="green-tea", name="Green Tea", parent="tea")


class TestCreateCategories:
    def test_grows_a_tree_from_one_list(self):
        assert create_categories(batch=[DRINKS, TEA, GREEN]) == 3

        assert list(Category.objects.values_list("path", flat=True)) == [
            "drinks",
            "drinks/tea",
            "drinks/tea/green-tea",
        ]
        assert Category.objects.get(slug="tea").parent.slug == "drinks"

    def test_adds_only_what_is_missing(self):
        create_categories(batch=[DRINKS, TEA])

        assert create_categories(batch=[DRINKS, TEA, GREEN]) == 1

    def test_refuses_a_category_that_stands_elsewhere(self):
        create_categories(batch=[DRINKS, TEA])

        with pytest.raises(CategoryTaken):
            create_categories(batch=[NewCategory(slug="tea", name="Tea")])

    def test_refuses_a_parent_that_comes_later_and_creates_nothing(self):
        with pytest.raises(UnknownCategory):
            create_categories(batch=[DRINKS, GREEN, TEA])

        assert not Category.objects.exists()

    @pytest.mark.parametrize(
        "category",
        [
            NewCategory(slug="", name="Tea"),
            NewCategory(slug="a/b", name="Tea"),
            NewCategory(slug="t" * 101, name="Tea"),
            NewCategory(slug="tea", name=""),
            NewCategory(slug="tea", name="\x00"),
            NewCategory(slug="tea", name="Tea", parent="Drinks"),
        ],
    )
    def test_refuses_what_contradicts_a_rule(self, category):
        with pytest.raises(InvalidField):
            create_categories(batch=[category])

    def test_grows_no_deeper_than_its_path_can_hold(self):
        slugs = [f"{'c' * 99}{n}" for n in range(9)]
        tree = [
            NewCategory(slug=slug, name="C", parent=parent)
            for slug, parent in zip(slugs, [None, *slugs], strict=False)
        ]
        create_categories(batch=tree[:8])

        with pytest.raises(InvalidField):
            create_categories(batch=tree[8:])


class TestAssignCategory:
    def test_puts_products_beside_what_stands_there(self):
        mug, cup = on_sale("mug").product, on_sale("cup").product
        cups, gifts = CategoryFactory(slug="cups"), CategoryFactory(slug="gifts")
        assign_category(product_ids=[mug.pk], category="cups", now=NOON)

        assigned = assign_category(product_ids=[mug.pk, cup.pk], category="gifts", now=NOON)

        assert assigned == 2
        assert set(mug.categories.all()) == {cups, gifts}
        assert set(gifts.products.all()) == {mug, cup}

    def test_touches_only_what_was_not_there(self):
        mug, cup = on_sale("mug").product, on_sale("cup").product
        CategoryFactory(slug="cups")
        assign_category(product_ids=[mug.pk], category="cups", now=NOON)
        ProductChange.objects.all().delete()

        assert assign_category(product_ids=[mug.pk, cup.pk], category="cups", now=NOON) == 1

        assert ProductChange.objects.get().product_id == cup.pk
        mug.refresh_from_db()
        assert mug.version == 2

    def test_knows_its_categories_and_products(self):
        with pytest.raises(UnknownCategory):
            assign_category(product_ids=[], category="cups\x00", now=NOON)
        CategoryFactory(slug="cups")
        with pytest.raises(UnknownProduct):
            assign_category(product_ids=[new_id()], category="cups", now=NOON)
