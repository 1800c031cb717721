"""The rules a description must keep, wherever it comes from."""

from dataclasses import replace

import pytest

from commerce.catalog.interface.dto import Grant
from commerce.catalog.products.drafts import (
    InvalidField,
    NewComponent,
    NewProduct,
    NewVariant,
    ProductTexts,
)
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
            ("options", {"Color": []}),
            ("options", {"Color": ["Red", "Red"]}),
            ("options", {"Size": ["L"]}),
            ("options", {"Color": ["Blue"]}),
            ("options", {"Color": ["Red"], "Size": ["L"]}),
            ("options", {f"Option {n}": ["x"] for n in range(11)}),
            ("translations", {"german": ProductTexts(title="Becher")}),
            ("title", {"de": ProductTexts(title="t" * 251)}),
            ("options", {"de": ProductTexts(options={"Red": ""})}),
        ],
    )
    def test_names_the_field_that_is_wrong(self, field, value):
        is_translation = isinstance(value, dict) and "de" in value
        named = "translations" if is_translation else field

        assert field_refused(replace(MUG, **{named: value})) == field

    def test_lets_variants_differ_as_the_product_says(self):
        red, blue = (NewVariant(sku=x, options={"Color": x}) for x in ("Red", "Blue"))

        check_product(replace(MUG, options={"Color": ["Red", "Blue"]}, variants=[red, blue]))

    def test_lets_no_two_variants_be_the_same(self):
        same = [NewVariant(sku=x, options={"Color": "Red"}) for x in ("A", "B")]

        check_product(replace(MUG, variants=same))
        assert field_refused(replace(MUG, options={"Color": ["Red"]}, variants=same)) == "options"

    def test_takes_what_a_variant_can_be(self):
        check_product(
            replace(
                MUG,
                variants=[
                    NewVariant(sku="BOX", length_mm=300, width_mm=200, height_mm=1),
                    NewVariant(sku="ART", made_to_order_days=14),
                    NewVariant(
                        sku="COURSE", requires_shipping=False, grants=[Grant(feature="course")]
                    ),
                    NewVariant(sku="GIFT", requires_shipping=False, is_gift_card=True),
                    NewVariant(sku="SIX", components=[NewComponent(sku="BOX", quantity=6)]),
                ],
            )
        )

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
            ("length_mm", 0),
            ("width_mm", 30_001),
            ("made_to_order_days", 0),
            ("made_to_order_days", 3_651),
            ("grants", [Grant(feature="Course")]),
            ("grants", [Grant(feature="course", days=0)]),
            ("grants", [Grant(feature="course")] * 21),
            ("is_gift_card", True),
            ("components", [NewComponent(sku="MUG-RED")]),
            ("components", [NewComponent(sku="MUG"), NewComponent(sku="MUG")]),
            ("components", [NewComponent(sku="MUG", quantity=0)]),
            ("components", [NewComponent(sku="a b")]),
            ("components", [NewComponent(sku=f"A{n}") for n in range(51)]),
        ],
    )
    def test_names_the_field_of_a_variant_that_is_wrong(self, field, value):
        [variant] = MUG.variants
        if field.endswith("_mm"):
            variant = replace(variant, length_mm=1, width_mm=1, height_mm=1)

        assert field_refused(replace(MUG, variants=[replace(variant, **{field: value})])) == field

    def test_wants_all_dimensions_or_none(self):
        [variant] = MUG.variants

        assert field_refused(replace(MUG, variants=[replace(variant, length_mm=1)])) == "width_mm"

    def test_makes_no_bundle_to_order(self):
        bundle = NewVariant(sku="SIX", components=[NewComponent(sku="MUG")], made_to_order_days=3)

        assert field_refused(replace(MUG, variants=[bundle])) == "components"
