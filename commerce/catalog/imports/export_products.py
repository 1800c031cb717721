"""Export products with their prices, in the columns an import reads: what comes out goes in again."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Q

from commerce.catalog.imports.amounts import write_amount
from commerce.catalog.imports.cells import YES_NO, shielded
from commerce.catalog.imports.columns import (
    ATTRIBUTE,
    COMPARE_AT,
    OPTION,
    PRICE,
    PRODUCT_COLUMNS,
    TRANSLATED,
    VARIANT_ATTRIBUTE,
    VARIANT_COLUMNS,
)
from commerce.catalog.imports.models import ImportFormat
from commerce.catalog.pricing.models import Price
from commerce.catalog.products.as_drafts import StandingProduct, drafts_of
from commerce.catalog.products.drafts import NewVariant
from commerce.catalog.products.models import Product, ProductStatus
from commerce.shared.money import Money

BATCH_SIZE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingPrice:
    """What one unit of a variant costs now, in a list or as the base price."""

    price: Money
    compare_at: Money | None
    price_list: str | None


type Prices = Mapping[UUID, Sequence[StandingPrice]]


def export_products(*, file_format: ImportFormat, at: datetime) -> Iterator[bytes]:
    """Write every product that is not retired, in the order of their ids, a batch at a time.

    Prices are those in force at the moment for one unit. Tiers, retired variants and pictures are
    not in it. CSV has no words for an option's translation and no list of allowed values; JSON
    Lines has.
    """
    if file_format == ImportFormat.JSONL:
        for product, prices in _products(at):
            yield orjson.dumps(_json_of(product, prices), option=orjson.OPT_APPEND_NEWLINE)
        return
    table = _Table(_names_in_use())
    yield table.line(table.header)
    for product, prices in _products(at):
        for cells in table.rows(product, prices):
            yield table.line(cells)


def _products(at: datetime) -> Iterator[tuple[StandingProduct, Prices]]:
    last = UUID(int=0)
    living = Product.objects.exclude(status=ProductStatus.RETIRED).order_by("pk")
    while ids := list(living.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH_SIZE]):
        last = ids[-1]
        products = drafts_of(ids)
        prices = _prices_of([x for y in products.values() for x in y.variant_ids.values()], at)
        for product in products.values():
            yield product, prices


def _prices_of(variant_ids: Sequence[UUID], at: datetime) -> Prices:
    rows = Price.objects.filter(variant__in=variant_ids, min_quantity=1, valid_from__lte=at).filter(
        Q(valid_until=None) | Q(valid_until__gt=at)
    )
    prices: dict[UUID, list[StandingPrice]] = defaultdict(list)
    for variant_id, currency, minor, compare_at, code in rows.order_by(
        "variant", "currency", "price_list__code"
    ).values_list("variant", "currency", "amount_minor", "compare_at_minor", "price_list__code"):
        prices[variant_id].append(
            StandingPrice(
                price=Money(minor, currency),
                compare_at=None if compare_at is None else Money(compare_at, currency),
                price_list=code,
            )
        )
    return prices


# JSON Lines.


def _json_of(product: StandingProduct, prices: Prices) -> dict[str, Any]:
    draft = product.draft
    return {
        "slug": draft.slug,
        **{name: kind.to_json(getattr(draft, name)) for name, kind in PRODUCT_COLUMNS.items()},
        "attributes": dict(draft.attributes),
        "options": {name: list(values) for name, values in draft.options.items()},
        "translations": {
            locale: {
                "title": texts.title,
                "description": texts.description,
                "options": dict(texts.options),
            }
            for locale, texts in draft.translations.items()
        },
        "published": product.status == ProductStatus.PUBLISHED,
        "variants": [
            {
                "sku": variant.sku,
                "options": dict(variant.options),
                "attributes": dict(variant.attributes),
                **{
                    name: kind.to_json(getattr(variant, name))
                    for name, kind in VARIANT_COLUMNS.items()
                },
                "prices": [
                    {
                        "amount": x.price.minor,
                        "currency": x.price.currency,
                        "compare_at": x.compare_at.minor if x.compare_at else None,
                        "price_list": x.price_list,
                    }
                    for x in prices.get(product.variant_ids[variant.sku], ())
                ],
            }
            for variant in draft.variants
        ],
    }


# CSV.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """What columns with a name in them are needed, over all that is exported."""

    options: Sequence[str]
    attributes: Sequence[str]
    variant_attributes: Sequence[str]
    locales: Sequence[str]
    prices: Sequence[tuple[str, str | None]]


def _names_in_use() -> _Names:
    with connection.cursor() as cursor:

        def column(sql: str) -> list[Any]:
            cursor.execute(sql)
            return [row[0] if len(row) == 1 else row for row in cursor.fetchall()]

        keys = "SELECT DISTINCT jsonb_object_keys({}) AS name FROM {} ORDER BY name"
        return _Names(
            options=column(
                "SELECT DISTINCT pair ->> 0 AS name FROM catalog_variant,"
                " jsonb_array_elements(options) AS pair ORDER BY name"
            ),
            attributes=column(keys.format("attributes", "catalog_product")),
            variant_attributes=column(keys.format("attributes", "catalog_variant")),
            locales=column(keys.format("translations", "catalog_product")),
            prices=column(
                "SELECT DISTINCT price.currency, list.code FROM catalog_price price"
                " LEFT JOIN catalog_pricelist list ON list.id = price.price_list_id"
                " WHERE price.min_quantity = 1 ORDER BY 1, 2 NULLS FIRST"
            ),
        )


class _Table:
    """The columns, and how a product's lines fill them."""

    def __init__(self, names: _Names) -> None:
        self._names = names
        lists = [":".join(filter(None, pair)) for pair in names.prices]
        self.header = [
            "slug",
            *PRODUCT_COLUMNS,
            "published",
            *(f"{ATTRIBUTE}:{x}" for x in names.attributes),
            *(f"{text}:{locale}" for locale in names.locales for text in TRANSLATED),
            "sku",
            *VARIANT_COLUMNS,
            *(f"{OPTION}:{x}" for x in names.options),
            *(f"{VARIANT_ATTRIBUTE}:{x}" for x in names.variant_attributes),
            *(f"{which}:{x}" for x in lists for which in (PRICE, COMPARE_AT)),
        ]

    @staticmethod
    def line(cells: Iterable[str]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text).writerow([shielded(cell) for cell in cells])
        return text.getvalue().encode()

    def rows(self, product: StandingProduct, prices: Prices) -> Iterator[list[str]]:
        of_product = self._of_product(product)
        for variant in product.draft.variants:
            yield [*of_product, *self._of_variant(variant, product, prices)]
            # What is said of the product stands in its first line; its slug in each.
            of_product = [product.draft.slug, *([""] * (len(of_product) - 1))]

    def _of_product(self, product: StandingProduct) -> list[str]:
        draft = product.draft
        return [
            draft.slug,
            *(kind.write(getattr(draft, name)) for name, kind in PRODUCT_COLUMNS.items()),
            YES_NO.write(product.status == ProductStatus.PUBLISHED),
            *(_value(draft.attributes.get(x)) for x in self._names.attributes),
            *(
                getattr(draft.translations.get(locale), text, "")
                for locale in self._names.locales
                for text in TRANSLATED
            ),
        ]

    def _of_variant(
        self, variant: NewVariant, product: StandingProduct, prices: Prices
    ) -> list[str]:
        standing = {
            (x.price.currency, x.price_list): x
            for x in prices.get(product.variant_ids[variant.sku], ())
        }
        amounts: list[str] = []
        for place in self._names.prices:
            price = standing.get(place)
            amounts += [
                write_amount(price.price) if price else "",
                write_amount(price.compare_at) if price and price.compare_at else "",
            ]
        return [
            variant.sku,
            *(kind.write(getattr(variant, name)) for name, kind in VARIANT_COLUMNS.items()),
            *(variant.options.get(x, "") for x in self._names.options),
            *(_value(variant.attributes.get(x)) for x in self._names.variant_attributes),
            *amounts,
        ]


def _value(value: object) -> str:
    if value is None:
        return ""
    return YES_NO.write(value) if isinstance(value, bool) else str(value)
