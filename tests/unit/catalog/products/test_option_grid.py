"""Every variant that options allow, each with a SKU of its own."""

from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.products.option_grid import combinations, size, sku_parts

values = st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=5, unique=True)
options = st.dictionaries(st.text(min_size=1, max_size=5), values, min_size=1, max_size=3)


class TestCombinations:
    def test_come_in_the_order_they_are_shown(self):
        made = list(combinations({"Color": ["Red", "Blue"], "Size": ["S", "L"]}))

        assert made == [
            {"Color": "Red", "Size": "S"},
            {"Color": "Red", "Size": "L"},
            {"Color": "Blue", "Size": "S"},
            {"Color": "Blue", "Size": "L"},
        ]

    @given(options)
    def test_are_each_there_once(self, options):
        made = [tuple(chosen.items()) for chosen in combinations(options)]

        assert len(made) == len(set(made)) == size(options)


class TestSkuParts:
    def test_read_like_the_values(self):
        assert sku_parts(["Dark red", "Größe 12", "红"]) == {
            "Dark red": "DARKRED",
            "Größe 12": "GRSSE12",
            "红": "3",
        }

    @given(values)
    def test_are_never_the_same_for_two(self, values):
        parts = sku_parts(values)

        assert len(set(parts.values())) == len(values)
        assert all(part.isalnum() and part.isascii() for part in parts.values())
