"""The rules a description must keep, wherever it comes from."""

from dataclasses import replace

import pytest

from commerce.catalog.products.drafts import InvalidField, NewProduct, NewVariant
from commerce.catalog.products.rules import check_product

MUG = NewProduct(
    slug="mug",
    title="Mug",
    variants=[NewVariant(sku="MUG-RED", gtin="4006381333931", options={"Color": "Red"})],
    categories=["kitchen"],
)


def field_refused(product):
    with pytest.raises(InvalidField) as refused:
        check_product(product)
    return refused.value.field


class TestCheckProduct:
    def test_lets_a_good_description_pass(self):
        check_product(MUG)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("slug", ""),
            ("slug", "Mug"),
            ("slug", "mug--red"),
            ("slug", "-mug"),
            ("slug", "mug\n"),
            ("slug", "m" * 151),
            ("title", " "),
            ("title", "t" * 251),
            ("title", "Mug\x00"),
            ("brand", "b" * 121),
            ("description", "d" * 20_001),
            ("description", "\x00"),
            ("categories", ["Kitchen"]),
            ("categories", ["k" * 101]),
            ("categories", ["kitchen"] * 51),
            ("variants", []),
            ("variants", [NewVariant(sku="A"), NewVariant(sku="A")]),
            ("variants", [NewVariant(sku=f"A{n}") for n in range(251)]),
        ],
    )
    def test_names_the_field_that_is_wrong(self, field, value):
        assert field_refused(replace(MUG, **{field: value})) == field

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("sku", ""),
            ("sku", "MUG RED"),
            ("sku", "MUG\x00"),
            ("sku", "m" * 65),
            ("gtin", "4006381333932"),
            ("gtin", ""),
            ("weight_g", -1),
            ("weight_g", 10_000_001),
            ("tax_category", "Food"),
            ("options", {"Color": ""}),
            ("options", {"": "Red"}),
            ("options", {"Color": "Red\x00"}),
            ("options", {f"Option {n}": "x" for n in range(11)}),
        ],
    )
    def test_names_the_field_of_a_variant_that_is_wrong(self, field, value):
        [variant] = MUG.variants

        assert field_refused(replace(MUG, variants=[replace(variant, **{field: value})])) == field
