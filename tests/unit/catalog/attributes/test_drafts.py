"""The rules of attributes and product types in plain words."""

from dataclasses import replace

import pytest

from commerce.catalog.attributes.drafts import (
    NewAttribute,
    NewChoice,
    NewProductType,
    NewTypeAttribute,
    check_attribute,
    check_product_type,
)
from commerce.catalog.products.drafts import InvalidField

COLOR = NewAttribute(
    code="color",
    name="Color",
    kind="choice",
    translations={"de": "Farbe"},
    choices=[NewChoice(code="red", label="Red", translations={"de-AT": "Rot"})],
)
TEA = NewProductType(code="tea", name="Tea", attributes=[NewTypeAttribute(attribute="color")])


class TestAttributes:
    def test_may_be_as_described(self):
        check_attribute(COLOR)

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("code", {"code": "Color"}),
            ("code", {"code": "c" * 41}),
            ("name", {"name": " "}),
            ("kind", {"kind": "colour", "choices": ()}),
            ("unit", {"unit": "cm"}),
            ("reference_to", {"reference_to": "product"}),
            ("reference_to", {"kind": "reference", "choices": ()}),
            ("choices", {"kind": "text"}),
            ("choices", {"choices": COLOR.choices * 2}),
            ("choices", {"choices": [NewChoice(code="red", label="")]}),
            ("translations", {"translations": {"German": "Farbe"}}),
            ("translations", {"translations": {"de": ""}}),
        ],
    )
    def test_are_refused_by_the_field_that_is_wrong(self, field, changes):
        with pytest.raises(InvalidField) as refused:
            check_attribute(replace(COLOR, **changes))

        assert refused.value.field == field

    def test_have_a_unit_where_they_are_numbers(self):
        check_attribute(NewAttribute(code="length", name="Length", kind="number", unit="cm"))


class TestProductTypes:
    def test_may_be_as_described(self):
        check_product_type(TEA)

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("code", {"code": "green-tea"}),
            ("name", {"name": ""}),
            ("attributes", {"attributes": TEA.attributes * 2}),
            ("scope", {"attributes": [NewTypeAttribute(attribute="color", scope="shop")]}),
        ],
    )
    def test_are_refused_by_the_field_that_is_wrong(self, field, changes):
        with pytest.raises(InvalidField) as refused:
            check_product_type(replace(TEA, **changes))

        assert refused.value.field == field
