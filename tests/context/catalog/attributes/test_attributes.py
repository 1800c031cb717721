"""Making and changing attributes and types, and what products show of it."""

import datetime as dt

import pytest

from commerce.catalog.attributes.change_attribute import AttributeChanges, change_attribute
from commerce.catalog.attributes.change_product_type import (
    ProductTypeChanges,
    change_product_type,
)
from commerce.catalog.attributes.create_attribute import AttributeTaken, create_attribute
from commerce.catalog.attributes.create_product_type import create_product_type
from commerce.catalog.attributes.drafts import (
    NewAttribute,
    NewChoice,
    NewProductType,
    NewTypeAttribute,
)
from commerce.catalog.attributes.queries import (
    AttributeNotFound,
    ProductTypeNotFound,
    UnknownAttribute,
)
from commerce.catalog.listing.facts import load_facts
from commerce.catalog.models import Attribute, Product, ProductChange, ProductType
from commerce.catalog.products.drafts import InvalidField
from commerce.shared.errors import Stale
from tests.at_once import at_once
from tests.factories.catalog import ProductFactory, attribute, on_sale, product_type

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
RED, BLUE = NewChoice(code="red", label="Red"), NewChoice(code="blue", label="Blue")
COLOR = NewAttribute(
    code="color", name="Color", kind="choice", translations={"de": "Farbe"}, choices=[RED, BLUE]
)
MUGS = NewProductType(
    code="mugs",
    name="Mugs",
    attributes=[NewTypeAttribute(attribute="color", scope="variant", is_required=True)],
)


def change(code, *, version=1, **changes):
    return change_attribute(
        code=code, changes=AttributeChanges(**changes), expected_version=version, now=NOON
    )


def change_type(code, *, version=1, **changes):
    return change_product_type(
        code=code, changes=ProductTypeChanges(**changes), expected_version=version, now=NOON
    )


def facts_of(product):
    [facts] = load_facts([product.pk], at=NOON)
    return facts


@pytest.mark.django_db
class TestCreateAttribute:
    def test_keeps_its_choices_in_order(self):
        row = create_attribute(attribute=COLOR, now=NOON)

        assert (row.version, row.translations) == (1, {"de": {"name": "Farbe"}})
        assert [x.code for x in row.choices.all()] == ["red", "blue"]

    def test_gives_the_first_answer_when_asked_again(self):
        first = create_attribute(attribute=COLOR, now=NOON)

        assert create_attribute(attribute=COLOR, now=NOON) == first
        assert Attribute.objects.count() == 1

    def test_refuses_the_code_of_one_of_another_kind(self):
        create_attribute(attribute=COLOR, now=NOON)

        with pytest.raises(AttributeTaken):
            create_attribute(
                attribute=NewAttribute(code="color", name="Color", kind="text"), now=NOON
            )


@pytest.mark.django_db(transaction=True)
class TestCreateAttributeSideBySide:
    def test_makes_one_of_two_that_are_the_same(self):
        outcomes = at_once([lambda: create_attribute(attribute=COLOR, now=NOON)] * 32)

        assert set(outcomes) <= {"done", "AttributeRaced"}
        assert Attribute.objects.count() == 1


@pytest.mark.django_db
class TestChangeAttribute:
    @pytest.fixture
    def mug(self):
        color = attribute("color", "choice", "red", "blue")
        mug = on_sale("mug", product_type=product_type("mugs", color)).product
        Product.objects.update(attributes={"color": "red"})
        return mug

    def test_changes_what_is_named_and_counts_the_version(self, mug):
        changed = change("color", name="Glaze", is_filterable=True, translations={"de": "Glasur"})

        assert (changed.name, changed.is_filterable, changed.version) == ("Glaze", True, 2)
        [facts] = facts_of(mug).attributes
        assert (facts.name, facts.translations) == ("Glaze", {"de": {"name": "Glasur"}})

    def test_adds_renames_and_reorders_choices(self, mug):
        change(
            "color",
            choices=[
                NewChoice(code="green", label="Green"),
                NewChoice(code="blue", label="Blue"),
                NewChoice(code="red", label="Crimson", translations={"de": "Purpur"}),
            ],
        )

        color = Attribute.objects.get()
        assert [x.code for x in color.choices.all()] == ["green", "blue", "red"]
        [facts] = facts_of(mug).attributes
        assert (facts.label, facts.label_translations) == ("Crimson", {"de": {"label": "Purpur"}})

    def test_takes_no_choice_away(self, mug):
        with pytest.raises(InvalidField):
            change("color", choices=[BLUE])

    def test_has_the_documents_of_all_its_products_made_again(self, mug):
        on_sale("cup")
        ProductFactory(draft=True, product_type=mug.product_type)

        change("color", name="Glaze")

        note = ProductChange.objects.get()
        assert (note.product_id, note.due_at) == (mug.pk, NOON)

    def test_changes_nothing_when_it_is_so_already(self, mug):
        assert change("color", name="Color", unit="", choices=[RED, BLUE]).version == 1
        assert not ProductChange.objects.exists()

    def test_refuses_what_the_caller_has_not_seen(self, mug):
        with pytest.raises(Stale):
            change("color", version=2, name="Glaze")

    def test_refuses_a_unit_of_what_is_no_number(self, mug):
        with pytest.raises(InvalidField):
            change("color", unit="cm")

    def test_knows_only_what_is_there(self):
        with pytest.raises(AttributeNotFound):
            change("color", name="Glaze")


@pytest.mark.django_db
class TestProductTypes:
    @pytest.fixture(autouse=True)
    def color(self):
        return attribute("color", "choice", "red", "blue")

    def test_are_made_once(self):
        first = create_product_type(product_type=MUGS, now=NOON)

        assert create_product_type(product_type=MUGS, now=NOON) == first
        [asked] = ProductType.objects.get().type_attributes.all()
        assert (asked.attribute.code, asked.scope, asked.is_required) == ("color", "variant", True)

    def test_ask_for_attributes_that_exist(self):
        with pytest.raises(UnknownAttribute):
            create_product_type(
                product_type=NewProductType(
                    code="mugs", name="Mugs", attributes=[NewTypeAttribute(attribute="size")]
                ),
                now=NOON,
            )
        assert not ProductType.objects.exists()

    def test_hide_what_they_ask_for_no_longer_and_show_it_again(self, color):
        mug = on_sale("mug", product_type=product_type("mugs", color)).product
        Product.objects.update(attributes={"color": "red"})

        change_type("mugs", attributes=[])
        assert facts_of(mug).attributes == []

        change_type("mugs", version=2, attributes=[NewTypeAttribute(attribute="color")])
        assert [x.value for x in facts_of(mug).attributes] == ["red"]
        assert ProductChange.objects.filter(product_id=mug.pk).count() == 2

    def test_change_nothing_when_it_is_so_already(self):
        create_product_type(product_type=MUGS, now=NOON)

        assert change_type("mugs", name="Mugs", attributes=MUGS.attributes).version == 1

    def test_refuse_what_the_caller_has_not_seen(self):
        create_product_type(product_type=MUGS, now=NOON)

        with pytest.raises(Stale):
            change_type("mugs", version=3, name="Cups")
        with pytest.raises(ProductTypeNotFound):
            change_type("cups", name="Cups")
