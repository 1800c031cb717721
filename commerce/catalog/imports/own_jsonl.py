"""Our own JSON Lines: a product in each line, with the names that the API has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from commerce.catalog.imports.cells import CODE, TEXT, WORDS, YES_NO, Kind, is_attribute_value
from commerce.catalog.imports.columns import PRODUCT_COLUMNS, VARIANT_COLUMNS
from commerce.catalog.imports.records import Record
from commerce.catalog.imports.said import Problem, SaidPrice, SaidProduct, SaidVariant
from commerce.shared.money import EXPONENTS, Money

_PRODUCT_KEYS: Final = {
    *("slug", "published", "variants", "attributes", "translations", "options"),
    *PRODUCT_COLUMNS,
}
_VARIANT_KEYS: Final = {"sku", "options", "attributes", "prices", *VARIANT_COLUMNS}
_PRICE_KEYS: Final = {"amount", "currency", "compare_at", "price_list"}


def jsonl_products(records: Iterable[Record]) -> Iterator[SaidProduct]:
    """Read a product from each record; what is wrong with it stands in its `problems`."""
    for record in records:
        said = _Reader(record).product()
        said.ends_at, said.next_line = record.end, record.next_line
        yield said


class _Reader:
    """One line, and what is wrong with it."""

    def __init__(self, record: Record) -> None:
        self._record, self._line = record, record.line
        self._problems: list[Problem] = []

    def product(self) -> SaidProduct:
        said = SaidProduct(line=self._line, slug=None, problems=self._problems)
        value = self._record.value
        if self._record.problem:
            self._refuse("", "unreadable_line", self._record.problem)
        elif not isinstance(value, Mapping):
            self._refuse("", "bad_value", "wants an object")
        else:
            self._know(value, _PRODUCT_KEYS, "")
            said.slug = self._value(value, "slug", TEXT, "") or None
            if "published" in value:
                said.is_published = self._value(value, "published", YES_NO, "")
            said.fields = {
                name: self._value(value, name, kind, "")
                for name, kind in PRODUCT_COLUMNS.items()
                if name in value
            }
            said.fields |= self._objects(value)
            said.variants = list(self._variants(value.get("variants", [])))
        return said

    def _objects(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """What of a product is an object: attributes, options to choose from, translations."""
        fields: dict[str, Any] = {}
        if "attributes" in value:
            fields["attributes"] = self._attributes(value["attributes"], "")
        if "options" in value:
            options = value["options"]
            if isinstance(options, Mapping) and all(WORDS.is_json(x) for x in options.values()):
                fields["options"] = dict(options)
            else:
                self._refuse("options", "bad_value", "wants an object of lists of texts")
        if "translations" in value:
            fields["translations"] = dict(self._translations(value["translations"]))
        return fields

    def _attributes(self, found: Any, where: str) -> dict[str, Any]:
        if isinstance(found, Mapping) and all(is_attribute_value(x) for x in found.values()):
            return dict(found)
        self._refuse(f"{where}/attributes".lstrip("/"), "bad_value", "wants an object of values")
        return {}

    def _translations(self, found: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        if not isinstance(found, Mapping):
            self._refuse("translations", "bad_value", "wants an object")
            return
        for locale, texts in found.items():
            where = f"translations/{locale}"
            if not isinstance(texts, Mapping):
                self._refuse(where, "bad_value", "wants an object")
                continue
            self._know(texts, {"title", "description", "options"}, where)
            said = {
                name: self._value(texts, name, TEXT, where)
                for name in ("title", "description")
                if name in texts
            }
            if "options" in texts:
                said["options"] = self._options(texts["options"], where)
            yield locale, said

    def _variants(self, found: Any) -> Iterator[SaidVariant]:
        if not isinstance(found, list):
            self._refuse("variants", "bad_value", "wants a list")
            return
        for i, value in enumerate(found):
            where = f"variants/{i}"
            if not isinstance(value, Mapping):
                self._refuse(where, "bad_value", "wants an object")
                continue
            self._know(value, _VARIANT_KEYS, where)
            sku = self._value(value, "sku", TEXT, where)
            if not sku:
                self._refuse(f"{where}/sku", "required", "what can be bought has a SKU")
                continue
            fields = {
                name: self._value(value, name, kind, where)
                for name, kind in VARIANT_COLUMNS.items()
                if name in value
            }
            if "options" in value:
                fields["options"] = self._options(value["options"], where)
            if "attributes" in value:
                fields["attributes"] = self._attributes(value["attributes"], where)
            prices = list(self._prices(value.get("prices", []), where))
            yield SaidVariant(line=self._line, sku=sku, fields=fields, prices=prices)

    def _options(self, found: Any, where: str) -> dict[str, str]:
        if isinstance(found, Mapping) and all(isinstance(x, str) for x in found.values()):
            return dict(found)
        self._refuse(f"{where}/options", "bad_value", "wants an object of texts")
        return {}

    def _prices(self, found: Any, where: str) -> Iterator[SaidPrice]:
        if not isinstance(found, list):
            self._refuse(f"{where}/prices", "bad_value", "wants a list")
            return
        for i, value in enumerate(found):
            place = f"{where}/prices/{i}"
            if not isinstance(value, Mapping):
                self._refuse(place, "bad_value", "wants an object")
                continue
            self._know(value, _PRICE_KEYS, place)
            currency = value.get("currency")
            if not isinstance(currency, str) or currency not in EXPONENTS:
                self._refuse(f"{place}/currency", "bad_value", "wants a currency of ISO 4217")
                continue
            price = self._amount(value.get("amount"), currency, f"{place}/amount")
            compare_at = None
            if value.get("compare_at") is not None:
                compare_at = self._amount(value["compare_at"], currency, f"{place}/compare_at")
            code = self._value(value, "price_list", CODE, place) if "price_list" in value else None
            if price is not None:
                yield SaidPrice(column=place, price=price, compare_at=compare_at, price_list=code)

    def _amount(self, found: Any, currency: str, where: str) -> Money | None:
        if type(found) is int and 0 <= found < 2**63:
            return Money(found, currency)
        self._refuse(where, "bad_value", "wants a whole number of minor units")
        return None

    def _value(self, found: Mapping[str, Any], name: str, kind: Kind, where: str) -> Any:
        value = found.get(name, kind.empty)
        if kind.is_json(value):
            return kind.of_json(value)
        self._refuse(f"{where}/{name}".lstrip("/"), "bad_value", f"wants {kind.wants}")
        return kind.empty

    def _know(self, found: Mapping[str, Any], known: set[str], where: str) -> None:
        for name in sorted(found.keys() - known):
            self._refuse(f"{where}/{name}".lstrip("/"), "unknown_field", "is not known here")

    def _refuse(self, name: str, code: str, message: str) -> None:
        self._problems.append(Problem(line=self._line, field=name, code=code, message=message))
