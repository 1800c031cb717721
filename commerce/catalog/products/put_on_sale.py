"""Products put on sale: the step that all ways of publishing share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from commerce.catalog.attributes.queries import rules_by_type
from commerce.catalog.attributes.values import missing_of_product
from commerce.catalog.interface.messages import ProductPublishedV1
from commerce.catalog.listing.changes import note_changes
from commerce.catalog.outbox import publish
from commerce.catalog.pricing.models import Price, PriceListStatus
from commerce.catalog.products.drafts import AttributeValue
from commerce.catalog.products.models import Product, ProductStatus, Variant
from commerce.catalog.products.queries import UnknownProduct, lock_products
from commerce.catalog.products.refusals import MissingAttributes
from commerce.shared.db import requires_transaction
from commerce.shared.errors import CommerceError, Conflict


class ProductRetired(Conflict):
    """The product has been retired, and that is for good."""

    code = "product_retired"


class NothingToSell(Conflict):
    """No variant of the product has a price, so nobody could buy it."""

    code = "nothing_to_sell"


@requires_transaction
def put_on_sale(
    product_ids: Sequence[UUID], *, now: datetime
) -> dict[UUID, Product | CommerceError]:
    """Publish what can be published; the answers and refusals are those of `publish_products`."""
    answers: dict[UUID, Product | CommerceError] = {x: UnknownProduct() for x in product_ids}
    products = lock_products(product_ids)
    skus_for_sale = _skus_for_sale(products, now)
    missing = _missing_attributes(products)
    published = []
    for product in products:
        match product.status:
            case ProductStatus.PUBLISHED:
                answers[product.pk] = product
            case ProductStatus.RETIRED:
                answers[product.pk] = ProductRetired()
            case _ if not skus_for_sale[product.pk]:
                answers[product.pk] = NothingToSell()
            case _ if product.pk in missing:
                answers[product.pk] = MissingAttributes(attributes=missing[product.pk])
            case _:
                product.publish(at=now)
                product.version += 1
                answers[product.pk] = product
                published.append(product)

    if published:
        ids = [product.pk for product in published]
        # One statement for what each row's own transition has just decided.
        Product.objects.filter(pk__in=ids).update(status=ProductStatus.PUBLISHED, published_at=now)
        note_changes(ids, at=now)
        publish(
            *(
                ProductPublishedV1(product_id=x, skus=skus_for_sale[x], published_at=now)
                for x in ids
            ),
            occurred_at=now,
        )
    return answers


def _skus_for_sale(products: Sequence[Product], now: datetime) -> dict[UUID, list[str]]:
    """Which variants have a price, now or from a day already set."""
    price = Price.objects.filter(
        Q(price_list=None) | Q(price_list__status=PriceListStatus.ACTIVE),
        Q(valid_until=None) | Q(valid_until__gt=now),
        variant=OuterRef("pk"),
    )
    for_sale = Variant.objects.filter(Exists(price), product__in=products, retired_at=None)
    skus: dict[UUID, list[str]] = defaultdict(list)
    for product_id, sku in for_sale.order_by("position", "pk").values_list("product_id", "sku"):
        skus[product_id].append(sku)
    return skus


def _missing_attributes(products: Sequence[Product]) -> dict[UUID, list[str]]:
    """Which of those to be published lack what; no statement where none has a type."""
    typed = [x for x in products if x.product_type_id and x.status == ProductStatus.DRAFT]
    if not typed:
        return {}
    rules = rules_by_type(product.product_type_id for product in typed)
    stated: dict[UUID, list[dict[str, AttributeValue]]] = defaultdict(list)
    variants = Variant.objects.filter(product__in=typed, retired_at=None).order_by()
    for product_id, attributes in variants.values_list("product_id", "attributes"):
        stated[product_id].append(attributes)
    missing = {
        x.pk: missing_of_product(rules[x.product_type_id], x.attributes, stated[x.pk])
        for x in typed
    }
    return {product_id: codes for product_id, codes in missing.items() if codes}
