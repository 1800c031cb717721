"""What a file says laid over what stands: new products, and what is different of old ones. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final

from commerce.catalog.attributes.models import AttributeKind
from commerce.catalog.imports.cells import DECIMAL, YES_NO, BadCell, CellText, read_cell
from commerce.catalog.imports.said import Problem, SaidProduct, SaidVariant
from commerce.catalog.products.drafts import (
    AttributeValue,
    InvalidField,
    NewProduct,
    NewVariant,
    ProductTexts,
)
from commerce.catalog.products.put_changes import ProductChanges
from commerce.catalog.products.rules import problems_of_product, problems_of_variant

# Those that are laid over what stands key by key; the others replace it.
_BY_KEY: Final = frozenset({"attributes", "translations"})


def new_product(said: SaidProduct, kinds: Mapping[str, str]) -> NewProduct | None:
    """Describe a product that is not there yet; None, with its problems noted, if it cannot be."""
    variants = [_laid_over(NewVariant(sku=x.sku), x, said, kinds) for x in said.variants]
    values = _merged(said.fields, NewProduct(slug="", title="", variants=()), said, kinds)
    product = NewProduct(**{"title": "", **values}, slug=said.slug or "", variants=variants)
    for line, variant in zip([x.line for x in said.variants], variants, strict=True):
        _note(said, problems_of_variant(variant), line)
    if not said.problems:
        _note(said, problems_of_product(product), said.line)
    return None if said.problems else product


def changes_of(
    said: SaidProduct, stands: NewProduct, kinds: Mapping[str, str]
) -> ProductChanges | None:
    """What is to be different; None: nothing is, or its problems say why it cannot be."""
    present = {variant.sku: variant for variant in stands.variants}
    variants = []
    for x in said.variants:
        before = present.get(x.sku)
        after = _laid_over(before or NewVariant(sku=x.sku), x, said, kinds)
        if before is None or _differs(before, after):
            _note(said, problems_of_variant(after), x.line)
            variants.append(after)
    values = _merged(said.fields, stands, said, kinds)
    different = {
        name: value
        for name, value in values.items()
        if _plain(name, value) != _plain(name, getattr(stands, name))
    }
    # No type is said with an empty text there: None means that nothing is said.
    if "product_type" in different:
        different["product_type"] = different["product_type"] or ""
    if said.problems or not (different or variants):
        return None
    return ProductChanges(**different, variants=variants)


def _laid_over(
    variant: NewVariant, said: SaidVariant, product: SaidProduct, kinds: Mapping[str, str]
) -> NewVariant:
    return replace(variant, **_merged(said.fields, variant, product, kinds, line=said.line))


def _merged(
    given: Mapping[str, Any],
    stands: NewProduct | NewVariant,
    said: SaidProduct,
    kinds: Mapping[str, str],
    *,
    line: int | None = None,
) -> dict[str, Any]:
    values = {name: value for name, value in given.items() if name not in _BY_KEY}
    if "attributes" in given:
        values["attributes"] = dict(stands.attributes)
        for code, value in given["attributes"].items():
            try:
                stated = _typed(value, kinds.get(code))
            except BadCell as failure:
                said.problems.append(
                    Problem(
                        line=line or said.line,
                        field=f"attribute:{code}",
                        code="bad_value",
                        message=f"wants {failure}",
                    )
                )
                continue
            if stated is None:
                values["attributes"].pop(code, None)
            else:
                values["attributes"][code] = stated
    if "translations" in given and isinstance(stands, NewProduct):
        values["translations"] = dict(stands.translations) | {
            locale: replace(stands.translations.get(locale, ProductTexts()), **texts)
            for locale, texts in given["translations"].items()
        }
    return values


def _typed(value: Any, kind: str | None) -> AttributeValue | None:
    """The value of an attribute; None takes it away. A cell is read as the attribute's kind wants."""
    if not isinstance(value, CellText):
        stated: AttributeValue | None = value
        return stated
    if not value:
        return None
    if kind == AttributeKind.NUMBER:
        number: AttributeValue = read_cell(DECIMAL, value)
        return number
    if kind == AttributeKind.BOOLEAN:
        return bool(read_cell(YES_NO, value))
    return str(value)


def _differs(before: NewVariant, after: NewVariant) -> bool:
    return any(
        _plain(x.name, getattr(before, x.name)) != _plain(x.name, getattr(after, x.name))
        for x in fields(NewVariant)
    )


def _plain(name: str, value: Any) -> Any:
    """The same things said in another order, or in another kind of sequence, are the same."""
    if name == "categories":
        return set(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    return value


def _note(said: SaidProduct, problems: Iterable[InvalidField], line: int) -> None:
    said.problems += list(_as_problems(problems, line))


def _as_problems(problems: Iterable[InvalidField], line: int) -> Iterator[Problem]:
    for problem in problems:
        yield Problem(line=line, field=problem.field, code=problem.code, message=problem.problem)
