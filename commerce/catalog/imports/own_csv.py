"""Our own CSV: a line for each variant; the lines of a product stand together under its slug.

What is said of the product counts where it stands first; below, it is repeated or left empty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from commerce.catalog.imports.amounts import read_amount
from commerce.catalog.imports.cells import YES_NO as YES_NO_KIND
from commerce.catalog.imports.cells import BadCell, CellText, Kind, read_cell
from commerce.catalog.imports.columns import (
    COMPARE_AT,
    DEFAULTS,
    PRICE,
    PRODUCT_COLUMNS,
    VARIANT_COLUMNS,
)
from commerce.catalog.imports.lines import Line, UnknownColumns, gather
from commerce.catalog.imports.records import Record
from commerce.catalog.imports.said import SaidPrice, SaidProduct, SaidVariant
from commerce.catalog.products.rules import is_locale
from commerce.shared.money import EXPONENTS, Money

_PLAIN: Final = {"slug", "sku", "published", *PRODUCT_COLUMNS, *VARIANT_COLUMNS}

_NAMED: Final = ("option:Color", "attribute:material", "title:de", "price:USD", "compare_at:USD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where each column stands."""

    width: int
    at: dict[str, int] = field(default_factory=dict)
    options: dict[str, int] = field(default_factory=dict)
    attributes: dict[str, int] = field(default_factory=dict)
    variant_attributes: dict[str, int] = field(default_factory=dict)
    translations: dict[tuple[str, str], int] = field(default_factory=dict)
    """By locale and the name of the text."""
    prices: dict[tuple[str, str, str | None], int] = field(default_factory=dict)
    """By kind of price, currency and price list."""


def layout_of(header: Sequence[str]) -> Layout:
    """Understand the first line.

    Raises:
        UnknownColumns: a name is unknown or stands twice, or nothing names what a line is about.
    """
    names = [name.strip() for name in header]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UnknownColumns(f"these columns stand twice: {', '.join(twice)}")
    layout = Layout(width=len(names))
    unknown = [name for i, name in enumerate(names) if not _place(layout, name, i)]
    if unknown:
        raise UnknownColumns(
            f"these columns are not known: {', '.join(unknown)}; known are {', '.join(sorted(_PLAIN))},"
            f" and with a name, like {', '.join(_NAMED)}"
        )
    if not {"slug", "sku"} & layout.at.keys():
        raise UnknownColumns("there is neither a column slug nor a column sku")
    for _, currency, code in [key for key in layout.prices if key[0] == COMPARE_AT]:
        if (PRICE, currency, code) not in layout.prices:
            raise UnknownColumns(f"compare_at:{currency} needs a column price:{currency}")
    return layout


def _place(layout: Layout, name: str, i: int) -> bool:
    match name.split(":"):
        case [plain] if plain in _PLAIN:
            layout.at[plain] = i
        case ["option", option] if option:
            layout.options[option] = i
        case ["attribute", code] if code:
            layout.attributes[code] = i
        case ["variant_attribute", code] if code:
            layout.variant_attributes[code] = i
        case [("title" | "description") as text, locale] if is_locale(locale):
            layout.translations[locale, text] = i
        case [("price" | "compare_at") as which, currency] if currency in EXPONENTS:
            layout.prices[which, currency, None] = i
        case [("price" | "compare_at") as which, currency, code] if currency in EXPONENTS and code:
            layout.prices[which, currency, code] = i
        case _:
            return False
    return True


def csv_products(records: Iterable[Record], layout: Layout) -> Iterator[SaidProduct]:
    """Read products from the records below the first line."""
    return gather(_Line(record, layout) for record in records)


def _says_something(fields: Mapping[str, Any]) -> bool:
    """Whether a line without a SKU has more than what stands in every line."""
    return any(
        value not in (DEFAULTS.get(name, ""), None, 0, False, [], {})
        and (name != "attributes" or any(value.values()))
        for name, value in fields.items()
    )


class _Line(Line):
    """A line under our columns."""

    def __init__(self, record: Record, layout: Layout) -> None:
        super().__init__(record, width=layout.width)
        self._layout = layout

    @property
    def slug(self) -> str | None:
        return self.cell("slug") or None

    def begin(self, said: SaidProduct) -> None:
        self._say_product(said)
        self._say_variant(said)

    def go_on(self, said: SaidProduct, first: _Line) -> None:
        self._check_product(said)
        self._say_variant(said)

    def cell(self, name: str) -> str:
        i = self._layout.at.get(name)
        return self._cells[i].strip() if i is not None and self.is_readable else ""

    def _say_product(self, said: SaidProduct) -> None:
        said.fields = self._values(PRODUCT_COLUMNS)
        if self._layout.attributes:
            said.fields["attributes"] = self._attributes(self._layout.attributes)
        if self._layout.translations:
            texts: dict[str, dict[str, str]] = defaultdict(dict)
            for (locale, name), i in self._layout.translations.items():
                texts[locale][name] = self._cells[i].strip()
            said.fields["translations"] = dict(texts)
        if self.cell("published"):
            said.is_published = self._value("published", YES_NO_KIND, self.cell("published"))

    def _check_product(self, said: SaidProduct) -> None:
        for name, kind in PRODUCT_COLUMNS.items():
            text = self.cell(name)
            if text and self._value(name, kind, text) != said.fields.get(name):
                self.refuse(name, "contradiction", f"line {said.line} says something else")

    def _say_variant(self, said: SaidProduct) -> None:
        sku = self.cell("sku")
        fields = self._values(VARIANT_COLUMNS)
        if self._layout.options:
            at = self._layout.options.items()
            options = {name: self._cells[i].strip() for name, i in at}
            fields["options"] = {name: value for name, value in options.items() if value}
        if self._layout.variant_attributes:
            fields["attributes"] = self._attributes(self._layout.variant_attributes)
        prices = list(self._prices())
        if not sku:
            if said.slug is None or prices or _says_something(fields):
                self.refuse("sku", "required", "what can be bought has a SKU")
            return
        said.variants.append(SaidVariant(line=self.number, sku=sku, fields=fields, prices=prices))

    def _attributes(self, columns: Mapping[str, int]) -> dict[str, CellText]:
        return {code: CellText(self._cells[i].strip()) for code, i in columns.items()}

    def _values(self, columns: Any) -> dict[str, Any]:
        return {
            name: self._value(name, kind, self.cell(name))
            for name, kind in columns.items()
            if name in self._layout.at
        }

    def _value(self, name: str, kind: Kind, text: str) -> Any:
        try:
            return read_cell(kind, text) if text else DEFAULTS.get(name, kind.empty)
        except BadCell as failure:
            self.refuse(name, "bad_value", f"wants {failure}")
            return kind.empty

    def _prices(self) -> Iterator[SaidPrice]:
        for (which, currency, code), i in self._layout.prices.items():
            if which != PRICE or not self._cells[i].strip():
                continue
            column = ":".join(filter(None, (PRICE, currency, code)))
            price = self._amount(column, self._cells[i].strip(), currency)
            compared = self._layout.prices.get((COMPARE_AT, currency, code))
            compare_at = None
            if compared is not None and (text := self._cells[compared].strip()):
                compare_at = self._amount(column.replace(PRICE, COMPARE_AT), text, currency)
            if price is not None:
                yield SaidPrice(column=column, price=price, compare_at=compare_at, price_list=code)

    def _amount(self, column: str, text: str, currency: str) -> Money | None:
        try:
            return read_amount(text, currency)
        except BadCell as failure:
            self.refuse(column, "bad_value", f"wants {failure}")
            return None
