"""Load products with their prices from outside, and put them on sale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Final
from uuid import UUID

from commerce.catalog.pricing.models import Price
from commerce.catalog.pricing.set_prices import NewPrice, set_prices
from commerce.catalog.products.create_products import CreatedProduct, create_products
from commerce.catalog.products.drafts import NewProduct
from commerce.catalog.products.models import Product, ProductStatus
from commerce.catalog.products.publish_products import publish_products
from commerce.shared.errors import CommerceError

BATCH_SIZE: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductToLoad:
    """A product and what its variants cost from now on; without a price it stays a draft."""

    product: NewProduct
    prices: Sequence[NewPrice] = ()


@dataclass(slots=True, kw_only=True)
class LoadReport:
    """What was changed. A load that finds everything in place changes nothing."""

    read: int = 0
    created: int = 0
    priced: int = 0
    published: int = 0
    refused: list[tuple[str, CommerceError]] = field(default_factory=list)
    """Slug or SKU, and why; the neighbours were loaded."""

    @property
    def changed(self) -> int:
        return self.created + self.priced + self.published


def load_products(
    *,
    products: Iterable[ProductToLoad],
    now: datetime,
    progress: Callable[[LoadReport], None] | None = None,
) -> LoadReport:
    """Create, price and publish, in batches of a fixed number of statements each.

    It may be repeated, also after it was killed: what exists is left as staff have made it, what
    is missing is added. A price is set only where there has never been one, and only drafts are
    published.
    """
    report = LoadReport()
    for batch in batched(products, BATCH_SIZE):
        _load_batch(batch, report, now)
        if progress:
            progress(report)
    return report


def _load_batch(batch: Sequence[ProductToLoad], report: LoadReport, now: datetime) -> None:
    report.read += len(batch)
    answers = create_products(batch=[row.product for row in batch], now=now)
    loaded: list[tuple[UUID, ProductToLoad]] = []
    for row, answer in zip(batch, answers, strict=True):
        if isinstance(answer, CreatedProduct):
            loaded.append((answer.product_id, row))
            report.created += answer.is_new
        else:
            report.refused.append((row.product.slug, answer))

    _price([price for _, row in loaded for price in row.prices], report, now)
    _publish([product_id for product_id, row in loaded if row.prices], report, now)


def _price(prices: Sequence[NewPrice], report: LoadReport, now: datetime) -> None:
    priced = set(
        Price.objects.filter(variant__sku__in={x.sku for x in prices})
        .order_by()
        .values_list("variant__sku", "currency")
    )
    missing = [x for x in prices if (x.sku, x.price.currency) not in priced]
    if not missing:
        return
    for price, answer in zip(missing, set_prices(batch=missing, now=now), strict=True):
        if isinstance(answer, CommerceError):
            report.refused.append((price.sku, answer))
        else:
            report.priced += 1


def _publish(product_ids: Sequence[UUID], report: LoadReport, now: datetime) -> None:
    drafts = list(
        Product.objects.filter(pk__in=product_ids, status=ProductStatus.DRAFT)
        .order_by("pk")
        .values_list("pk", "slug")
    )
    if not drafts:
        return
    answers = publish_products(product_ids=[product_id for product_id, _ in drafts], now=now)
    for product_id, slug in drafts:
        answer = answers[product_id]
        if isinstance(answer, CommerceError):
            report.refused.append((slug, answer))
        else:
            report.published += 1
