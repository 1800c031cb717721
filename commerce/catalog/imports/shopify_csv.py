"""Shopify's product CSV, in its old and its new column names.

https://help.shopify.com/en/manual/products/import-export/using-csv describes both. Read are the
texts, options, SKUs, barcodes, weights, prices, and whether it is active. Stock is not the
catalog's, and pictures are not fetched from addresses that a file names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any, Final

from commerce.catalog.imports.amounts import read_amount
from commerce.catalog.imports.cells import BadCell
from commerce.catalog.imports.lines import Line, UnknownColumns, gather
from commerce.catalog.imports.records import Record
from commerce.catalog.imports.said import SaidPrice, SaidProduct, SaidVariant
from commerce.shared.money import Money

# Old name, new name: what the file may call what we read.
_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "handle": ("Handle", "URL handle"),
    "title": ("Title", "Title"),
    "description": ("Body (HTML)", "Description"),
    "brand": ("Vendor", "Vendor"),
    "published": ("Published", "Published on online store"),
    "status": ("Status", "Status"),
    "sku": ("Variant SKU", "SKU"),
    "gtin": ("Variant Barcode", "Barcode"),
    "price": ("Variant Price", "Price"),
    "compare_at": ("Variant Compare At Price", "Compare-at price"),
    "requires_shipping": ("Variant Requires Shipping", "Requires shipping"),
    "grams": ("Variant Grams", "Weight value (grams)"),
    "option1": ("Option1 Name", "Option1 name"),
    "value1": ("Option1 Value", "Option1 value"),
    "option2": ("Option2 Name", "Option2 name"),
    "value2": ("Option2 Value", "Option2 value"),
    "option3": ("Option3 Name", "Option3 name"),
    "value3": ("Option3 Value", "Option3 value"),
}
_OPTIONS: Final = ("1", "2", "3")
# What Shopify writes where a product has nothing to choose.
_NO_CHOICE: Final = ("Title", "Default Title")


def layout_of(header: Sequence[str]) -> dict[str, int]:
    """Find what we read in the first line; the other columns are Shopify's own affair.

    Raises:
        UnknownColumns: it is not Shopify's product file.
    """
    names = [name.strip() for name in header]
    found = {
        ours: names.index(name)
        for ours, known in _NAMES.items()
        for name in dict.fromkeys(known)
        if name in names
    }
    if missing := {"handle", "title", "sku", "price"} - found.keys():
        wanted = ", ".join(sorted(_NAMES[name][0] for name in missing))
        raise UnknownColumns(f"no product file of Shopify's: these columns are missing: {wanted}")
    return found


def shopify_products(
    records: Iterable[Record], layout: Mapping[str, int], *, width: int, currency: str
) -> Iterator[SaidProduct]:
    """Read products; the lines of one stand together under its handle. Amounts are in `currency`."""
    return gather(_Line(x, layout, width=width, currency=currency) for x in records)


class _Line(Line):
    """A line under Shopify's columns."""

    def __init__(
        self, record: Record, layout: Mapping[str, int], *, width: int, currency: str
    ) -> None:
        super().__init__(record, width=width)
        self._layout, self._currency = layout, currency

    @property
    def slug(self) -> str | None:
        return self.cell("handle").casefold() or None

    def begin(self, said: SaidProduct) -> None:
        self._say_product(said)
        self._say_variant(said, self._option_names())

    def go_on(self, said: SaidProduct, first: _Line) -> None:
        self._say_variant(said, first._option_names())

    def cell(self, name: str) -> str:
        i = self._layout.get(name)
        return self._cells[i].strip() if i is not None and self.is_readable else ""

    def _say_product(self, said: SaidProduct) -> None:
        if said.slug is None:
            self.refuse(self._name("handle"), "required", "a product has a handle")
        if not self.cell("title"):
            return  # one more variant of a product above
        said.fields = {"title": self.cell("title"), "brand": self.cell("brand")}
        if "description" in self._layout:
            said.fields["description"] = text_of_html(self.cell("description"))
        status = self.cell("status").casefold()
        published = self.cell("published").casefold()
        if status or published:
            said.is_published = status in ("", "active") and published not in ("false", "no")

    def _option_names(self) -> dict[str, str]:
        return {no: name for no in _OPTIONS if (name := self.cell(f"option{no}"))}

    def _say_variant(self, said: SaidProduct, options: Mapping[str, str]) -> None:
        # A line may be there for one more picture alone.
        is_variant = any(self.cell(name) for name in ("sku", "price", "value1"))
        if not is_variant:
            return
        sku = self.cell("sku")
        if not sku:
            self.refuse(self._name("sku"), "required", "what can be bought has a SKU")
            return
        chosen = {name: self.cell(f"value{no}") for no, name in options.items()}
        fields: dict[str, Any] = {
            "options": {
                name: value
                for name, value in chosen.items()
                if value and (name, value) != _NO_CHOICE
            }
        }
        if "gtin" in self._layout:
            # Excel and Shopify put an apostrophe before digits to keep them a text.
            fields["gtin"] = self.cell("gtin").lstrip("'") or None
        if self.cell("grams"):
            fields["weight_g"] = self._grams()
        if self.cell("requires_shipping"):
            fields["requires_shipping"] = self.cell("requires_shipping").casefold() == "true"
        said.variants.append(
            SaidVariant(line=self.number, sku=sku, fields=fields, prices=self._prices())
        )

    def _grams(self) -> int:
        text = self.cell("grams")
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text):
            return int(Decimal(text).to_integral_value())
        self.refuse(self._name("grams"), "bad_value", "wants a number of grams")
        return 0

    def _prices(self) -> list[SaidPrice]:
        price = self._amount("price")
        compare_at = self._amount("compare_at")
        if price is None:
            return []
        return [SaidPrice(column=self._name("price"), price=price, compare_at=compare_at)]

    def _amount(self, name: str) -> Money | None:
        text = self.cell(name)
        if not text:
            return None
        try:
            return read_amount(text, self._currency)
        except BadCell as failure:
            self.refuse(self._name(name), "bad_value", f"wants {failure}")
            return None

    def _name(self, ours: str) -> str:
        return _NAMES[ours][0]


def text_of_html(html: str) -> str:
    """Give the words of a description, a line for each paragraph; nothing of it is run or shown."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).splitlines())
    return "\n".join(line for line in lines if line)


class _Words(HTMLParser):
    _BREAKS: Final = frozenset({"p", "br", "li", "div", "ul", "ol", "tr", "h1", "h2", "h3", "h4"})
    _SILENT: Final = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT
        if tag in self._BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self._SILENT and self._silent > 0
        if tag in self._BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)
