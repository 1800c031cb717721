"""Shopify's product CSV, old names and new."""

from __future__ import annotations

import pytest

from commerce.catalog.imports.lines import UnknownColumns
from commerce.catalog.imports.records import csv_records
from commerce.catalog.imports.shopify_csv import layout_of, shopify_products, text_of_html
from commerce.shared.money import Money

OLD = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Grams,Variant Price,Variant Compare At Price,Variant Requires Shipping,"
    "Variant Barcode,Image Src,Status\n"
)
NEW = (
    "Title,URL handle,Description,Vendor,Published on online store,Status,SKU,Barcode,"
    "Option1 name,Option1 value,Price,Compare-at price,Weight value (grams),Requires shipping\n"
)


def read(text, currency="USD"):
    header, *records = csv_records([text.encode()])
    layout = layout_of(header.value)
    return list(shopify_products(records, layout, width=len(header.value), currency=currency))


class TestReading:
    def test_reads_a_product_with_its_variants_and_passes_over_lines_of_pictures(self):
        [tee] = read(
            OLD
            + 'tee,Tee,"<p>Soft &amp; warm.</p><p>Wash cold.</p>",Acme,Shirt,a,TRUE,Size,S,TEE-S,'
            "200.0,19.99,24.99,TRUE,'036000291452,https://example.com/1.png,active\n"
            "tee,,,,,,,,M,TEE-M,210,19.99,,TRUE,,https://example.com/2.png,\n"
            "tee,,,,,,,,,,,,,,,https://example.com/3.png,\n"
        )

        assert (tee.slug, tee.is_published, tee.problems) == ("tee", True, [])
        assert tee.fields == {
            "title": "Tee",
            "brand": "Acme",
            "description": "Soft & warm.\nWash cold.",
        }
        small, medium = tee.variants
        assert small.fields == {
            "options": {"Size": "S"},
            "gtin": "036000291452",
            "weight_g": 200,
            "requires_shipping": True,
        }
        assert (medium.sku, medium.fields["options"]) == ("TEE-M", {"Size": "M"})
        assert (small.prices[0].price, small.prices[0].compare_at) == (
            Money(19_99, "USD"),
            Money(24_99, "USD"),
        )

    def test_reads_the_new_names(self):
        [tee] = read(
            NEW + "Tee,tee,Soft,Acme,TRUE,Active,TEE,,Title,Default Title,19.99,,200,TRUE\n"
        )

        assert (tee.slug, tee.is_published) == ("tee", True)
        assert tee.variants[0].fields["options"] == {}

    @pytest.mark.parametrize("status", ["draft", "archived"])
    def test_publishes_nothing_that_is_not_active(self, status):
        [tee] = read(NEW + f"Tee,tee,,Acme,TRUE,{status},TEE,,,,1,,,\n")

        assert tee.is_published is False

    def test_reads_amounts_in_the_currency_it_is_told(self):
        [tee] = read(NEW + "Tee,tee,,Acme,TRUE,active,TEE,,,,500,,,\n", currency="JPY")

        assert tee.variants[0].prices[0].price == Money(500, "JPY")

    def test_names_what_is_wrong_as_shopify_does(self):
        [tee] = read(OLD + "tee,Tee,,,,,,,,,heavy,x,,,,,\n")

        assert [(x.field, x.code) for x in tee.problems] == [("Variant SKU", "required")]

    def test_refuses_a_product_one_of_whose_lines_cannot_be_read(self):
        [tee, mug] = read(
            NEW
            + "Tee,tee,,Acme,TRUE,active,TEE-S,,Size,S,1,,,\n"
            + "tee,oops\n"
            + ",tee,,,,,TEE-L,,,L,1,,,\n"
            + "Mug,mug,,Acme,TRUE,active,MUG,,,,1,,,\n"
        )

        assert [(x.line, x.code) for x in tee.problems] == [(3, "wrong_number_of_cells")]
        assert [x.fields["options"] for x in tee.variants] == [{"Size": "S"}, {"Size": "L"}]
        assert (mug.slug, mug.problems) == ("mug", [])

    def test_refuses_any_other_file(self):
        with pytest.raises(UnknownColumns, match="Handle"):
            layout_of(["slug", "title"])


class TestHtml:
    def test_gives_the_words_alone(self):
        assert text_of_html("<h2>Mug</h2><script>alert(1)</script>for&nbsp;tea<br>or\n coffee") == (
            "Mug\nfor tea\nor\ncoffee"
        )
