"""Create products with their variants, one or thousands, as drafts nobody sees yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg.types.json import Jsonb

from commerce.catalog.products.drafts import InvalidField, NewProduct, check_product
from commerce.catalog.products.models import Product, ProductCategory, ProductStatus, Variant
from commerce.catalog.products.queries import UnknownCategory, category_ids_by_slug
from commerce.shared.db import constraint_name, copy_rows
from commerce.shared.errors import CommerceError, Conflict
from commerce.shared.ids import new_id

# Each try loses only to somebody who has created one of the same products meanwhile.
TRIES: Final = 3


class SlugTaken(Conflict):
    """Another product has this slug."""

    code = "slug_taken"

    def __init__(self, *, slug: str) -> None:
        super().__init__(f"another product has the slug {slug}")
        self.slug = slug


class SkuTaken(Conflict):
    """Another product has this SKU."""

    code = "sku_taken"

    def __init__(self, *, sku: str) -> None:
        super().__init__(f"another product has the SKU {sku}")
        self.sku = sku


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedProduct:
    product_id: UUID
    is_new: bool


def create_products(
    *, batch: Sequence[NewProduct], now: datetime
) -> list[CreatedProduct | CommerceError]:
    """Create the products of a batch in a fixed number of statements.

    The answers stand in the order of the batch; a refusal never fails its neighbours. A product
    that exists with this slug and these SKUs is returned as it is, so a batch may be repeated.

    Refusals: `InvalidField`, `UnknownCategory`, `SlugTaken`, `SkuTaken`.
    """
    for _ in range(TRIES - 1):
        try:
            return _create_products(batch=batch, now=now)
        except IntegrityError as race:
            if constraint_name(race) not in (
                "catalog_product_slug_once",
                "catalog_variant_sku_once",
            ):
                raise
    return _create_products(batch=batch, now=now)


def _create_products(
    *, batch: Sequence[NewProduct], now: datetime
) -> list[CreatedProduct | CommerceError]:
    answers: list[CreatedProduct | CommerceError | None] = [_refusal_of(x) for x in batch]
    readable = [product for product, refusal in zip(batch, answers, strict=True) if not refusal]
    known = _Known.load(readable)
    category_ids = category_ids_by_slug(slug for product in readable for slug in product.categories)

    new: list[tuple[UUID, NewProduct]] = []
    for i, product in enumerate(batch):
        if answers[i] is not None:
            continue
        try:
            product_id = known.find(product)
            if product_id is None:
                _check_categories(product, category_ids)
        except CommerceError as refusal:
            answers[i] = refusal
            continue
        is_new = product_id is None
        if product_id is None:
            product_id = new_id()
            known.add(product_id, product)
            new.append((product_id, product))
        answers[i] = CreatedProduct(product_id=product_id, is_new=is_new)

    if new:
        with transaction.atomic(durable=True):
            _write(new, category_ids, now)
    return [answer for answer in answers if answer is not None]


class _Known:
    """Who has which slug and SKU: in the database, and earlier in the batch."""

    def __init__(self, rows: Sequence[tuple[UUID, str, str]]) -> None:
        self._product_by_slug: dict[str, UUID] = {}
        self._product_by_sku: dict[str, UUID] = {}
        self._skus: dict[UUID, set[str]] = {}
        for product_id, slug, sku in rows:
            self._learn(product_id, slug, [sku])

    @classmethod
    def load(cls, batch: Sequence[NewProduct]) -> _Known:
        rows = Variant.objects.order_by().values_list("product_id", "product__slug", "sku")
        same_slug = rows.filter(product__slug__in=[product.slug for product in batch])
        same_sku = rows.filter(sku__in=[x.sku for product in batch for x in product.variants])
        return cls(list(same_slug.union(same_sku).order_by()))

    def find(self, product: NewProduct) -> UUID | None:
        """Give the product that is already there, None for a new one.

        Raises:
            SlugTaken, SkuTaken: another product has the name.
        """
        skus = {variant.sku for variant in product.variants}
        existing = self._product_by_slug.get(product.slug)
        if existing is not None and skus <= self._skus[existing]:
            return existing
        if existing is not None:
            raise SlugTaken(slug=product.slug)
        for sku in sorted(skus & self._product_by_sku.keys()):
            raise SkuTaken(sku=sku)
        return None

    def add(self, product_id: UUID, product: NewProduct) -> None:
        self._learn(product_id, product.slug, [variant.sku for variant in product.variants])

    def _learn(self, product_id: UUID, slug: str, skus: Sequence[str]) -> None:
        self._product_by_slug[slug] = product_id
        self._product_by_sku.update(dict.fromkeys(skus, product_id))
        self._skus.setdefault(product_id, set()).update(skus)


def _refusal_of(product: NewProduct) -> CommerceError | None:
    try:
        check_product(product)
    except InvalidField as refusal:
        return refusal
    return None


def _check_categories(product: NewProduct, category_ids: Mapping[str, UUID]) -> None:
    for slug in product.categories:
        if slug not in category_ids:
            raise UnknownCategory(category=slug)


def _write(
    new: Sequence[tuple[UUID, NewProduct]], category_ids: Mapping[str, UUID], now: datetime
) -> None:
    draft = str(ProductStatus.DRAFT)
    copy_rows(
        Product,
        ["id", "slug", "title", "description", "brand", "status", "version", "created_at"],
        (
            (product_id, x.slug, x.title, x.description, x.brand, draft, 1, now)
            for product_id, x in new
        ),
    )
    copy_rows(
        Variant,
        [
            *("id", "product_id", "sku", "gtin", "options", "weight_g", "tax_category"),
            *("requires_shipping", "needs_approval", "position", "created_at"),
        ],
        (
            (
                *(new_id(), product_id, x.sku, x.gtin, Jsonb(list(x.options.items())), x.weight_g),
                *(x.tax_category, x.requires_shipping, x.needs_approval, position, now),
            )
            for product_id, product in new
            for position, x in enumerate(product.variants)
        ),
    )
    copy_rows(
        ProductCategory,
        ["product_id", "category_id"],
        (
            (product_id, category_ids[slug])
            for product_id, product in new
            for slug in dict.fromkeys(product.categories)
        ),
    )
