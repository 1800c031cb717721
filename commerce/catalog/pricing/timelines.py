"""The timelines of a batch of prices: loading them, writing the difference, telling of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from commerce.catalog.interface.messages import PriceChangedV1
from commerce.catalog.listing.changes import note_changes, note_coming_changes
from commerce.catalog.outbox import publish
from commerce.catalog.pricing.models import Price, PriceList
from commerce.catalog.pricing.schedule import Period
from commerce.catalog.products.models import Variant
from commerce.shared.db import copy_rows, requires_transaction
from commerce.shared.ids import new_id
from commerce.shared.money import Money

_COLUMNS = (
    "id variant_id currency price_list_id min_quantity amount_minor compare_at_minor "
    "valid_from valid_until created_at"
).split()


class Named(NamedTuple):
    """The variant of a SKU, and the product whose lock it is under."""

    variant_id: UUID
    product_id: UUID


class Place(NamedTuple):
    """Where prices follow one another in time; no list: the base prices."""

    variant_id: UUID
    currency: str
    price_list_id: UUID | None
    min_quantity: int


type Timelines = dict[Place, list[Period]]


def variants_by_sku(skus: Collection[str]) -> dict[str, Named]:
    rows = Variant.objects.filter(sku__in=skus).order_by()
    return {
        sku: Named(variant_id, product_id)
        for sku, variant_id, product_id in rows.values_list("sku", "pk", "product_id")
    }


@requires_transaction
def load_timelines(variant_ids: Collection[UUID], *, now: datetime) -> Timelines:
    """What holds now and what is planned; what is over cannot change and is not read."""
    timelines: Timelines = defaultdict(list)
    rows = Price.objects.filter(variant__in=variant_ids).filter(
        Q(valid_until=None) | Q(valid_until__gt=now)
    )
    for *place, price_id, amount_minor, compare_at_minor, valid_from, valid_until in rows.order_by(
        "valid_from"
    ).values_list(
        *("variant_id", "currency", "price_list_id", "min_quantity"),
        *("pk", "amount_minor", "compare_at_minor", "valid_from", "valid_until"),
    ):
        timelines[Place(*place)].append(
            Period(
                price_id=price_id,
                amount_minor=amount_minor,
                compare_at_minor=compare_at_minor,
                valid_from=valid_from,
                valid_until=valid_until,
            )
        )
    return dict(timelines)


@requires_transaction
def write_timelines(before: Timelines, after: Timelines, *, now: datetime) -> None:
    """Store the difference: remove what never came to hold, end what ends sooner, add the new."""
    old = {x.price_id: x for timeline in before.values() for x in timeline if x.price_id}
    kept = {x.price_id: x for timeline in after.values() for x in timeline if x.price_id}
    Price.objects.filter(pk__in=old.keys() - kept.keys()).delete()

    ended = [x for price_id, x in kept.items() if x.valid_until != old[price_id].valid_until]
    if ended:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE catalog_price SET valid_until = ended.at
                  FROM unnest(%s::uuid[], %s::timestamptz[]) AS ended (price_id, at)
                 WHERE catalog_price.id = ended.price_id
                """,
                [[x.price_id for x in ended], [x.valid_until for x in ended]],
            )
    copy_rows(
        Price,
        _COLUMNS,
        (
            (new_id(), *place, x.amount_minor, x.compare_at_minor, x.valid_from, x.valid_until, now)
            for place, timeline in after.items()
            for x in timeline
            if x.price_id is None
        ),
    )


@requires_transaction
def tell(
    before: Timelines,
    after: Timelines,
    named: Mapping[str, Named],
    lists: Mapping[str, PriceList],
    *,
    now: datetime,
) -> None:
    """Have the documents made again, now and when time itself will change them; publish."""
    moments_by_product: dict[UUID, set[datetime]] = defaultdict(set)
    changes = []
    sku_by_variant = {x.variant_id: (sku, x.product_id) for sku, x in named.items()}
    list_by_id = {x.pk: x for x in lists.values()}
    for place, timeline in after.items():
        if timeline == before.get(place):
            continue
        sku, product_id = sku_by_variant[place.variant_id]
        price_list = list_by_id.get(place.price_list_id) if place.price_list_id else None
        instants = [at for x in timeline for at in (x.valid_from, x.valid_until)]
        if price_list:
            instants += [price_list.valid_from, price_list.valid_until]
        moments_by_product[product_id] |= {at for at in instants if at is not None and at > now}
        changes += [
            PriceChangedV1(
                sku=sku,
                price=Money(x.amount_minor, place.currency),
                valid_from=x.valid_from,
                price_list=price_list.code if price_list else None,
                min_quantity=place.min_quantity,
            )
            for x in timeline
            if x.price_id is None
        ]
    if moments_by_product:
        note_changes(moments_by_product.keys(), at=now)
        note_coming_changes(moments_by_product, at=now)
        publish(*changes, occurred_at=now)
