"""Which values an attribute takes, and what a product still has to state."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.attributes.values import (
    NUMBER_MAX,
    AttributeRule,
    TypeRules,
    missing_of_product,
)
from commerce.catalog.products.drafts import InvalidField
from commerce.shared.ids import encode, new_id

# Fixed: what a test is called is the same in every process.
SOME = UUID("0190a000-0000-7000-8000-000000000000")
PRODUCT = encode("prod", SOME)
RULES = TypeRules(
    attributes={
        "origin": AttributeRule(kind="text", scope="product", is_required=True),
        "length": AttributeRule(kind="number", scope="product"),
        "color": AttributeRule(
            kind="choice", scope="variant", is_required=True, choices=frozenset({"red", "blue"})
        ),
        "organic": AttributeRule(kind="boolean", scope="product"),
        "harvest": AttributeRule(kind="date", scope="product"),
        "goes_with": AttributeRule(kind="reference", scope="product", reference_to="product"),
    }
)


def is_refused(scope, **values):
    try:
        RULES.check(values, scope=scope)
    except InvalidField as refusal:
        return refusal.field == f"attributes.{next(iter(values))}"
    return False


class TestValues:
    @pytest.mark.parametrize(
        ("code", "value"),
        [
            ("origin", "Assam"),
            ("length", 12),
            ("length", -0.5),
            ("organic", False),
            ("harvest", "2027-02-28"),
            ("goes_with", PRODUCT),
        ],
    )
    def test_are_taken_in_their_kind(self, code, value):
        assert not is_refused("product", **{code: value})

    @pytest.mark.parametrize(
        ("code", "value"),
        [
            ("origin", ""),
            ("origin", 7),
            ("origin", "a\x00"),
            ("origin", "x" * 2_001),
            ("length", "12"),
            ("length", True),
            ("length", float("nan")),
            ("length", float("inf")),
            ("length", 10**400),
            ("organic", 1),
            ("harvest", "2027-02-29"),
            ("harvest", "20270228"),
            ("goes_with", encode("var", SOME)),
            ("goes_with", 7),
            ("unheard_of", "x"),
        ],
    )
    def test_are_refused_in_any_other(self, code, value):
        assert is_refused("product", **{code: value})

    @pytest.mark.parametrize("value", ["green", "Red", 1, None])
    def test_of_a_choice_are_its_choices(self, value):
        assert not is_refused("variant", color="red")
        assert is_refused("variant", color=value)

    def test_are_stated_by_whom_the_type_says(self):
        assert is_refused("product", color="red")
        assert is_refused("variant", origin="Assam")

    def test_are_none_without_a_type(self):
        with pytest.raises(InvalidField):
            TypeRules().check({"origin": "Assam"}, scope="product")

    @given(st.integers() | st.floats())
    def test_are_numbers_that_json_keeps(self, number):
        assert is_refused("product", length=number) == (not abs(number) < NUMBER_MAX)

    @given(st.dates())
    def test_are_all_the_days_there_are(self, day):
        assert not is_refused("product", harvest=day.isoformat())


class TestReferences:
    def test_are_told_apart_from_other_values(self):
        product_id = new_id()
        values = {"origin": "Assam", "goes_with": encode("prod", product_id)}

        assert list(RULES.references(values)) == [("product", product_id)]


class TestMissing:
    def test_is_what_is_required_of_the_product_and_of_any_variant(self):
        missing = missing_of_product(RULES, {"length": 1}, [{"color": "red"}, {}, {}])

        assert missing == ["origin", "color"]

    def test_is_nothing_once_all_is_stated(self):
        assert missing_of_product(RULES, {"origin": "Assam"}, [{"color": "red"}]) == []
