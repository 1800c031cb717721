"""The retailer's shelf text made presentable: spelled out where certain, otherwise left alone."""

import re

import pytest

from data import not_for_sale, prepare, wording
from data.wording import presentable, presentable_size, slugify


@pytest.fixture(scope="module")
def texts():
    """Every text of the source that is ever shown, as the retailer wrote it."""
    return {
        text
        for x in prepare.read_source()
        for text in (x.department, x.category, x.product_type)
        if text
    }


class TestPresentable:
    @pytest.mark.parametrize(
        ("written", "shown"),
        [
            ("POTATO CHIPS", "Potato Chips"),
            ("FRZN JCE CONC/DRNKS", "Frozen Juice Concentrate / Drinks"),
            ("SW GDS:DONUTS", "Sweet Goods: Donuts"),
            ("EGGS - X-LARGE", "Eggs – X-Large"),
            ("NON-DAIRY BEVERAGES", "Non-Dairy Beverages"),
            ("CHIPS&SNACKS", "Chips & Snacks"),
            ("PREPARED BEANS - BAKED W/PORK", "Prepared Beans – Baked with Pork"),
            ("FRZN CORN ON THE COB", "Frozen Corn on the Cob"),
            ("SUSHI - IN STORE PREPARED", "Sushi – In Store Prepared"),
            ("WOMENS  HAIR SPRAYS", "Women's Hair Sprays"),
            ("FEM. HYGN.NAPKINS", "Feminine Hygiene Napkins"),
            ("SOFT DRINKS 6PK/4PK CAN CARB (", "Soft Drinks 6pk / 4pk Can Carbonated"),
            ("BBQ SAUCE", "BBQ Sauce"),
            ("SEAFOOD-FRZ-BRD SHRIMP", "Seafood: Frozen Breaded Shrimp"),
            ("DRUG GM", "Drug & General Merchandise"),
            ("", ""),
        ],
    )
    def test_reads_like_a_shelf_in_a_shop(self, written, shown):
        assert presentable(written) == shown

    def test_drops_an_aside_that_was_cut_off_and_keeps_a_whole_one(self):
        assert presentable("CANDY BARS (SINGLES)(INCLUDING") == "Candy Bars (Singles)"

    def test_leaves_an_abbreviation_alone_where_it_could_mean_two_things(self):
        assert presentable("LOIN - STK/CHP/SLC") == "Loin – Stk / Chp / Slc"

    def test_leaves_no_text_of_the_source_shouting_or_badly_spaced(self, texts):
        for text in texts:
            shown = presentable(text)

            assert shown
            assert shown == " ".join(shown.split())
            assert not re.search(r"[A-Z]{2,}", re.sub(r"\b(BBQ|DXM|IQF|MW|PSE|TV)\b", "", shown))


class TestTheTables:
    def test_keep_no_entry_that_the_source_does_not_use(self, texts):
        words = {word for text in texts for word in re.findall("[A-Z']+", text)}

        assert [x for x in wording.WORDS if x not in words] == []
        assert [x for x in wording.PHRASES if not any(x in text for text in texts)] == []
        assert sorted(wording.NAMED_BY_CATEGORY - texts) == []
        assert sorted(not_for_sale.TYPES - texts) == []
        assert sorted(not_for_sale.CATEGORIES - texts) == []
        assert sorted(not_for_sale.DEPARTMENTS - texts) == []


class TestPresentableSize:
    def test_keeps_the_number_and_writes_the_unit_small(self):
        assert presentable_size("107.4 SQ FT") == "107.4 sq ft"
        assert presentable_size("12    OZ") == "12 oz"


class TestSlugify:
    def test_keeps_letters_digits_and_single_hyphens(self):
        assert slugify("Women's Hair – Sprays, 8.5 oz") == "womens-hair-sprays-8-5-oz"
