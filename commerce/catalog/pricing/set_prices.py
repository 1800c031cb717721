"""Set prices, one or thousands, from now or from a later day. What was charged stays on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from commerce.catalog.interface.messages import PriceChangedV1
from commerce.catalog.listing.changes import note_changes, note_coming_changes
from commerce.catalog.outbox import publish
from commerce.catalog.pricing.models import AMOUNT_MAX, Price
from commerce.catalog.pricing.schedule import Period, in_force, with_price
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.models import Variant
from commerce.catalog.products.queries import UnknownVariant, lock_product_ids
from commerce.shared.db import copy_rows
from commerce.shared.errors import CommerceError
from commerce.shared.ids import new_id
from commerce.shared.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrice:
    """What a SKU is to cost, from now on or from `valid_from`.

    Until `valid_until`, and then again what it cost before; without an end, until the next price
    that is already planned.
    """

    sku: str
    price: Money
    valid_from: datetime | None = None
    valid_until: datetime | None = None


type Timelines = Mapping[tuple[UUID, str], list[Period]]
"""By variant and currency."""


def set_prices(*, batch: Sequence[NewPrice], now: datetime) -> list[Period | CommerceError]:
    """Set the prices of a batch in a fixed number of statements.

    The answers stand in the order of the batch: the period in which the new price holds, or why
    it was refused, which never fails its neighbours. Setting what is already so changes nothing.

    Refusals: `UnknownVariant`, `InvalidField` (the past cannot be changed).
    """
    answers: list[Period | CommerceError | None] = [_refusal_of(new, now) for new in batch]
    skus = {new.sku for new, refusal in zip(batch, answers, strict=True) if refusal is None}
    variants = {
        sku: (variant_id, product_id)
        for sku, variant_id, product_id in Variant.objects.filter(sku__in=skus)
        .order_by()
        .values_list("sku", "pk", "product_id")
    }

    with transaction.atomic(durable=True):
        lock_product_ids({product_id for _, product_id in variants.values()})
        before = _load_timelines([variant_id for variant_id, _ in variants.values()], now)
        after: dict[tuple[UUID, str], list[Period]] = dict(before)
        for i, new in enumerate(batch):
            if answers[i] is not None:
                continue
            if new.sku not in variants:
                answers[i] = UnknownVariant()
                continue
            key = (variants[new.sku][0], new.price.currency)
            period = _period_of(new, now)
            after[key] = with_price(after.get(key, []), period)
            answers[i] = in_force(after[key], period.valid_from)
        _write(before, after, now)
        _tell(before, after, variants, now)
    return [answer for answer in answers if answer is not None]


def _refusal_of(new: NewPrice, now: datetime) -> InvalidField | None:
    if not 0 <= new.price.minor <= AMOUNT_MAX:
        return InvalidField(field="price", problem=f"from 0 to {AMOUNT_MAX} minor units")
    if new.valid_from is not None and new.valid_from < now:
        return InvalidField(field="valid_from", problem="the past cannot be changed")
    if new.valid_until is not None and new.valid_until <= (new.valid_from or now):
        return InvalidField(field="valid_until", problem="must lie after the beginning")
    return None


def _period_of(new: NewPrice, now: datetime) -> Period:
    return Period(
        amount_minor=new.price.minor,
        valid_from=new.valid_from or now,
        valid_until=new.valid_until,
    )


def _load_timelines(variant_ids: Sequence[UUID], now: datetime) -> Timelines:
    """What holds now and what is planned; what is over cannot change and is not read."""
    timelines: dict[tuple[UUID, str], list[Period]] = defaultdict(list)
    rows = Price.objects.filter(variant__in=variant_ids).filter(
        Q(valid_until=None) | Q(valid_until__gt=now)
    )
    for price_id, variant_id, currency, amount_minor, valid_from, valid_until in rows.values_list(
        "pk", "variant_id", "currency", "amount_minor", "valid_from", "valid_until"
    ):
        timelines[variant_id, currency].append(
            Period(
                price_id=price_id,
                amount_minor=amount_minor,
                valid_from=valid_from,
                valid_until=valid_until,
            )
        )
    return dict(timelines)


def _write(before: Timelines, after: Timelines, now: datetime) -> None:
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
        (
            "id variant_id currency min_quantity amount_minor valid_from valid_until created_at"
        ).split(),
        (
            (new_id(), variant_id, currency, 1, x.amount_minor, x.valid_from, x.valid_until, now)
            for (variant_id, currency), timeline in after.items()
            for x in timeline
            if x.price_id is None
        ),
    )


def _tell(
    before: Timelines,
    after: Timelines,
    variants: Mapping[str, tuple[UUID, UUID]],
    now: datetime,
) -> None:
    moments_by_product: dict[UUID, set[datetime]] = defaultdict(set)
    changes = []
    sku_by_variant = {variant_id: (sku, product) for sku, (variant_id, product) in variants.items()}
    for (variant_id, currency), timeline in after.items():
        if timeline == before.get((variant_id, currency)):
            continue
        sku, product_id = sku_by_variant[variant_id]
        moments = moments_by_product[product_id]
        for x in timeline:
            moments |= {at for at in (x.valid_from, x.valid_until) if at is not None and at > now}
            if x.price_id is None:
                price = Money(x.amount_minor, currency)
                changes.append(PriceChangedV1(sku=sku, price=price, valid_from=x.valid_from))
    if moments_by_product:
        note_changes(moments_by_product.keys(), at=now)
        note_coming_changes(moments_by_product, at=now)
        publish(*changes, occurred_at=now)
