"""Reads of products, and the one lock that stands for everything of a product."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from commerce.catalog.products.drafts import SLUG, NewVariant
from commerce.catalog.products.models import Category, Product, Variant
from commerce.shared.db import requires_transaction
from commerce.shared.errors import NotFound, Rejected

_TREE: Final = "commerce.catalog.categories"


class UnknownProduct(NotFound):
    """There is no such product."""

    code = "unknown_product"


class UnknownVariant(NotFound):
    """There is no such variant."""

    code = "unknown_variant"


class UnknownCategory(Rejected):
    """There is no such category."""

    code = "unknown_category"

    def __init__(self, *, category: str) -> None:
        super().__init__(f"there is no category {category}")
        self.category = category


class CategoryNotFound(NotFound):
    """There is no such category."""

    code = "unknown_category"


@requires_transaction
def lock_products(product_ids: Collection[UUID]) -> list[Product]:
    """Lock products in the order of their ids, so that two batches never wait for each other."""
    return list(_locked(product_ids))


@requires_transaction
def lock_product_ids(product_ids: Collection[UUID]) -> set[UUID]:
    """The same, for a batch that does not need the rows."""
    return set(_locked(product_ids).values_list("pk", flat=True))


@requires_transaction
def lock_product(product_id: UUID) -> Product:
    """Raises `UnknownProduct`."""
    for product in lock_products([product_id]):
        return product
    raise UnknownProduct


@requires_transaction
def lock_products_of(skus: Collection[str]) -> None:
    """Lock the products of these variants, so that they stay what they are."""
    owners = Variant.objects.filter(sku__in=skus).order_by().values("product_id")
    list(_in_order(Product.objects.filter(pk__in=owners)).values_list("pk"))


@requires_transaction
def lock_named(*, slugs: Collection[str], skus: Collection[str]) -> list[Product]:
    """Lock the products with these slugs, and those of these variants, in one order."""
    owners = Variant.objects.filter(sku__in=skus).order_by().values("product_id")
    return list(_in_order(Product.objects.filter(Q(slug__in=slugs) | Q(pk__in=owners))))


@requires_transaction
def lock_with_components(product_id: UUID, variants: Iterable[NewVariant]) -> Product:
    """Lock a product together with those of the components it is going to have, in one order.

    Raises:
        UnknownProduct: there is none.
    """
    skus = {component.sku for variant in variants for component in variant.components}
    if not skus:
        return lock_product(product_id)
    owners = Variant.objects.filter(sku__in=skus).order_by().values("product_id")
    for product in _in_order(Product.objects.filter(Q(pk__in=owners) | Q(pk=product_id))):
        if product.pk == product_id:
            return product
    raise UnknownProduct


def _locked(product_ids: Collection[UUID]) -> QuerySet[Product]:
    return _in_order(Product.objects.filter(pk__in=product_ids))


def _in_order(products: QuerySet[Product]) -> QuerySet[Product]:
    return products.order_by("pk").select_for_update(of=("self",), no_key=True)


@requires_transaction
def lock_tree() -> None:
    """Let one at a time change where categories stand: a path is only as true as those above."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_TREE])


@requires_transaction
def lock_category(slug: str) -> Category:
    """Raises `CategoryNotFound`."""
    locked = Category.objects.select_for_update(of=("self",), no_key=True)
    category = locked.filter(slug=slug).first() if re.fullmatch(SLUG, slug) else None
    if category is None:
        raise CategoryNotFound
    return category


def product_of_variant(variant_id: UUID) -> UUID:
    """Raises `UnknownVariant`."""
    product_id = Variant.objects.filter(pk=variant_id).values_list("product_id", flat=True).first()
    if product_id is None:
        raise UnknownVariant
    return product_id


def category_ids_by_slug(slugs: Iterable[str]) -> dict[str, UUID]:
    wanted = {slug for slug in slugs if re.fullmatch(SLUG, slug)}
    found = (
        Category.objects.filter(slug__in=wanted).order_by() if wanted else Category.objects.none()
    )
    return dict(found.values_list("slug", "pk"))
