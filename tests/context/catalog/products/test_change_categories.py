"""Renaming categories and moving them about, with all that stands below."""

import datetime as dt

import pytest

from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.models import Category, Placement, ProductChange
from commerce.catalog.products.change_category import CategoryChanges, change_category
from commerce.catalog.products.create_categories import NewCategory, create_categories
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.move_category import CategoryInItself, move_category
from commerce.catalog.products.queries import CategoryNotFound, UnknownCategory
from commerce.shared.errors import Stale
from tests.at_once import at_once
from tests.factories.catalog import CategoryFactory, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def change(slug, *, version=None, **changes):
    return change_category(
        slug=slug, changes=CategoryChanges(**changes), expected_version=version, now=NOON
    )


def move(slug, parent, *, version=None):
    return move_category(slug=slug, parent=parent, expected_version=version, now=NOON)


def paths():
    return list(Category.objects.values_list("path", flat=True))


def noted():
    return set(ProductChange.objects.values_list("product_id", flat=True))


@pytest.fixture
def tree():
    """drinks/tea/green, drinks/teapots, and kitchen."""
    drinks = CategoryFactory(slug="drinks")
    tea = CategoryFactory(slug="tea", parent=drinks)
    CategoryFactory(slug="green", parent=tea)
    CategoryFactory(slug="teapots", parent=drinks)
    CategoryFactory(slug="kitchen")


@pytest.mark.django_db
@pytest.mark.usefixtures("tree")
class TestChangeCategory:
    def test_renames_it_in_every_language(self):
        row = change("tea", name="Teas", translations={"de": {"name": "Tee"}})

        row.refresh_from_db()
        assert (row.name, row.translations, row.version) == ("Teas", {"de": {"name": "Tee"}}, 2)
        assert row.path == "drinks/tea"

    def test_has_the_products_shown_again_that_say_its_name(self):
        tea = on_sale("sencha", categories=[Category.objects.get(slug="tea")]).product
        on_sale("matcha", categories=[Category.objects.get(slug="green")])

        change("tea", name="Teas")

        assert noted() == {tea.pk}

    def test_changes_nothing_that_is_so_already(self):
        assert change("tea", name="Tea", translations={}).version == 1
        assert not noted()

    @pytest.mark.parametrize(
        "words",
        [
            {"name": " "},
            {"name": "x" * 121},
            {"name": "\x00"},
            {"translations": {"de": {"a": "b"}}},
        ],
    )
    def test_refuses_what_contradicts_a_rule(self, words):
        with pytest.raises(InvalidField):
            change("tea", **words)

    def test_refuses_a_stale_version_and_another_slug(self):
        change("tea", name="Teas")

        with pytest.raises(Stale):
            change("tea", name="x", version=1)
        for slug in ("coffee", "a\x00"):
            with pytest.raises(CategoryNotFound):
                change(slug, name="x")


@pytest.mark.django_db
@pytest.mark.usefixtures("tree")
class TestMoveCategory:
    def test_takes_along_what_stands_below(self):
        row = move("tea", "kitchen")

        assert (row.path, row.parent.slug, row.version) == ("kitchen/tea", "kitchen", 2)
        assert paths() == [
            "drinks",
            "drinks/teapots",
            "kitchen",
            "kitchen/tea",
            "kitchen/tea/green",
        ]
        assert Category.objects.get(slug="green").version == 2
        assert Category.objects.get(slug="teapots").version == 1

    def test_reaches_the_top_and_goes_down_again(self):
        assert move("tea", None).parent is None
        assert "tea/green" in paths()

        move("tea", "drinks")

        assert "drinks/tea/green" in paths()

    def test_puts_its_products_on_the_pages_above_its_new_place(self):
        on_sale("matcha", categories=[Category.objects.get(slug="green")])
        rebuild_listing(now=NOON)
        refresh_listing(now=NOON)

        move("tea", "kitchen")
        refresh_listing(now=NOON)

        shelves = Placement.objects.values_list("shelf", flat=True)
        assert {"kitchen", "tea", "green"} <= set(shelves)
        assert "drinks" not in set(shelves)

    def test_changes_nothing_where_it_stands_already(self):
        assert move("tea", "drinks").version == 1
        assert move("kitchen", None).version == 1
        assert not noted()

    @pytest.mark.parametrize("parent", ["tea", "green"])
    def test_refuses_to_put_a_category_into_itself(self, parent):
        with pytest.raises(CategoryInItself):
            move("tea", parent)

    def test_is_not_deceived_by_a_name_that_begins_alike(self):
        move("tea", "teapots")

        assert "drinks/teapots/tea/green" in paths()

    def test_refuses_a_tree_too_deep_whatever_stands_below(self):
        deep = [NewCategory(slug=f"d{n}", name="D", parent=f"d{n - 1}") for n in range(1, 7)]
        create_categories(batch=[NewCategory(slug="d0", name="D"), *deep])

        with pytest.raises(InvalidField):
            move("tea", "d6")
        assert move("green", "d6").path.count("/") == 7

    def test_costs_the_same_however_much_stands_below(self, django_assert_num_queries):
        green = Category.objects.get(slug="green")
        for n in range(20):
            CategoryFactory(slug=f"g{n}", parent=green)

        # Begin; lock the tree, the category; look up the parent twice, the depth below; write the
        # category, those below, a note for their products; commit.
        with django_assert_num_queries(10):
            move("tea", "kitchen")

    def test_knows_its_categories_and_versions(self):
        with pytest.raises(CategoryNotFound):
            move("coffee", "drinks")
        with pytest.raises(UnknownCategory):
            move("tea", "coffee")
        with pytest.raises(Stale):
            move("tea", "kitchen", version=7)


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_never_end_up_in_each_other(self):
        CategoryFactory(slug="a")
        CategoryFactory(slug="b")

        outcomes = at_once([lambda: move("a", "b"), lambda: move("b", "a")])

        assert outcomes == {"done": 1, "CategoryInItself": 1}
        assert sorted(paths()) in (["a", "a/b"], ["b", "b/a"])
