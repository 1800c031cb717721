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
from commerce.catalog.imports.records import Record
from commerce.catalog.imports.said import Problem, SaidPrice, SaidProduct, SaidVariant
from commerce.catalog.products.rules import is_locale
from commerce.shared.money import EXPONENTS, Money

_PLAIN: Final = {"slug", "sku", "published", *PRODUCT_COLUMNS, *VARIANT_COLUMNS}

_NAMED: Final = ("option:Color", "attribute:material", "title:de", "price:USD", "compare_at:USD")


class UnknownColumns(ValueError):
    """The first line of the file does not say what the others hold."""


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
    said: SaidProduct | None = None
    # Lines nobody can read, behind the lines of a product: its own, if that goes on below.
    unreadable: list[_Line] = []
    for record in records:
        line = _Line(record, layout)
        if not line.is_readable:
            unreadable.append(line)
            continue
        slug = line.cell("slug") or None
        if said is not None and slug is not None and slug == said.slug:
            line.check_product(said)
            for strange in unreadable:
                said.problems += strange.problems
        else:
            if said is not None:
                yield said
            yield from (strange.alone() for strange in unreadable)
            said = SaidProduct(line=record.line, slug=slug)
            line.say_product(said)
        unreadable = []
        line.say_variant(said)
        line.end(said)
    if said is not None:
        yield said
    yield from (strange.alone() for strange in unreadable)


def _says_something(fields: Mapping[str, Any]) -> bool:
    """Whether a line without a SKU has more than what stands in every line."""
    return any(
        value not in (DEFAULTS.get(name, ""), None, 0, False, [], {})
        and (name != "attributes" or any(value.values()))
        for name, value in fields.items()
    )


class _Line:
    """One line, and what is wrong with it."""

    def __init__(self, record: Record, layout: Layout) -> None:
        self._record, self._line, self._layout = record, record.line, layout
        self._cells: Sequence[str] = record.value or []
        self.problems: list[Problem] = []
        if record.problem:
            self._refuse("", "unreadable_line", record.problem)
        elif len(self._cells) != layout.width:
            self._refuse(
                "",
                "wrong_number_of_cells",
                f"{len(self._cells)} cells under {layout.width} columns",
            )
        self.is_readable = not self.problems

    def alone(self) -> SaidProduct:
        """What a line is that belongs to no product."""
        said = SaidProduct(line=self._line, slug=None)
        self.end(said)
        return said

    def end(self, said: SaidProduct) -> None:
        said.problems += self.problems
        said.ends_at, said.next_line = self._record.end, self._record.next_line

    def cell(self, name: str) -> str:
        i = self._layout.at.get(name)
        return self._cells[i].strip() if i is not None else ""

    def say_product(self, said: SaidProduct) -> None:
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

    def check_product(self, said: SaidProduct) -> None:
        for name, kind in PRODUCT_COLUMNS.items():
            text = self.cell(name)
            if text and self._value(name, kind, text) != said.fields.get(name):
                self._refuse(name, "contradiction", f"line {said.line} says something else")

    def say_variant(self, said: SaidProduct) -> None:
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
                self._refuse("sku", "required", "what can be bought has a SKU")
            return
        said.variants.append(SaidVariant(line=self._line, sku=sku, fields=fields, prices=prices))

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
            self._refuse(name, "bad_value", f"wants {failure}")
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
            self._refuse(column, "bad_value", f"wants {failure}")
            return None

    def _refuse(self, name: str, code: str, message: str) -> None:
        self.problems.append(Problem(line=self._line, field=name, code=code, message=message))
