"""Products sorted into the goods that tax law knows."""

import pytest

from data import prepare, tax_codes
from data.tax_codes import tax_code


class TestTaxCode:
    @pytest.mark.parametrize(
        ("department", "category", "product_type", "code"),
        [
            ("GROCERY", "COFFEE", "GROUND COFFEE", "food"),
            ("GROCERY", "FLUID MILK PRODUCTS", "FLUID MILK WHITE ONLY", "food"),
            ("GROCERY", "SOFT DRINKS", "SOFT DRINK CANISTERS", "general"),
            ("NUTRITION", "REFRIGERATED", "SOY/RICE MILK", "general"),
            ("GROCERY", "BLEACH", "LIQUID BLEACH", "general"),
            ("GROCERY", "DOG FOODS", "DRY SOUP", "pet_food"),
            ("DRUG GM", "CANDY - PACKAGED", "CHEWING GUM", "food"),
            ("DRUG GM", "VITAMINS", "VITAMIN - MINERALS", "general"),
            ("FLORAL", "ROSES", "ROSE CONSUMER BUNCH", "plants"),
        ],
    )
    def test_follows_department_then_category_then_drink(
        self, department, category, product_type, code
    ):
        assert tax_code(department=department, category=category, product_type=product_type) == code

    def test_names_nothing_that_the_source_does_not_have(self):
        source = prepare.read_source()

        assert {x.department for x in source} >= tax_codes.FOOD_DEPARTMENTS
        assert set(tax_codes.CODE_BY_CATEGORY) <= {x.category for x in source}
        assert {x.product_type for x in source} >= tax_codes.DRINK_TYPES
