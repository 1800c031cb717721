"""New products, one or thousands, looked up and written: the step that all ways of creating share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commerce.catalog.products.drafts import InvalidField, NewProduct
from commerce.catalog.products.models import Variant
from commerce.catalog.products.new_rows import Named, NewRows, write_new
from commerce.catalog.products.refusals import SkuTaken, SlugTaken
from commerce.catalog.products.rules import check_product
from commerce.shared.db import requires_transaction
from commerce.shared.errors import CommerceError


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedProduct:
    product_id: UUID
    is_new: bool


@requires_transaction
def put_products(
    batch: Sequence[NewProduct], *, now: datetime
) -> list[CreatedProduct | CommerceError]:
    """Write what is new of a batch; the answers and refusals are those of `create_products`.

    Raises:
        IntegrityError: somebody has just created one of the same products.
    """
    answers: list[CreatedProduct | CommerceError | None] = [_refusal_of(x) for x in batch]
    readable = [product for product, refusal in zip(batch, answers, strict=True) if not refusal]
    if not readable:
        return [answer for answer in answers if answer is not None]

    named = Named.load(readable)
    known = _Known.load(readable)
    new: list[NewRows] = []
    for i, product in enumerate(batch):
        if answers[i] is not None:
            continue
        try:
            existing = known.find(product)
            if existing is not None:
                answers[i] = CreatedProduct(product_id=existing, is_new=False)
                continue
            rows = NewRows.of(product)
            named.check(rows)
        except CommerceError as refusal:
            answers[i] = refusal
            continue
        known.add(rows.product_id, product)
        named.add(rows)
        new.append(rows)
        answers[i] = CreatedProduct(product_id=rows.product_id, is_new=True)
    if new:
        write_new(new, named, now=now)
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
