"""Say in which markets a product is for sale, and from when until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from commerce.catalog.listing.changes import note_changes, note_coming_changes
from commerce.catalog.markets.models import Market
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.models import Product, ProductPublication
from commerce.catalog.products.queries import lock_product
from commerce.shared.errors import Stale

PUBLICATIONS_MAX: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPublication:
    """A window in a market; None is without an end on that side."""

    market: str
    published_from: datetime | None = None
    published_until: datetime | None = None


def set_publications(
    *,
    product_id: UUID,
    publications: Sequence[NewPublication],
    expected_version: int | None,
    now: datetime,
) -> Product:
    """Let a published product be for sale in these markets only; in every market, if in none.

    The list is complete. Asking for what is already so changes nothing, not even the version.
    The lists of a market show the product, and no longer, when its window opens and closes.

    Raises:
        UnknownProduct: there is none.
        Stale: it has changed since `expected_version`.
        InvalidField: a market that is not there or named twice, a window that ends first.
    """
    _check(publications)
    with transaction.atomic(durable=True):
        product = lock_product(product_id)
        if expected_version is not None and product.version != expected_version:
            raise Stale(current_version=product.version)

        standing = ProductPublication.objects.filter(product=product).order_by("market_code")
        wanted = sorted(publications, key=lambda x: x.market)
        if [_window(x) for x in standing] == [
            (x.market, x.published_from, x.published_until) for x in wanted
        ]:
            return product

        standing.delete()
        ProductPublication.objects.bulk_create(
            ProductPublication(
                product=product,
                market_code=x.market,
                published_from=x.published_from,
                published_until=x.published_until,
            )
            for x in wanted
        )
        note_changes([product.pk], at=now)
        note_coming_changes({product.pk: _moments(wanted, after=now)}, at=now)
        product.version += 1
    return product


def _check(publications: Sequence[NewPublication]) -> None:
    codes = {x.market for x in publications}
    if len(publications) > PUBLICATIONS_MAX or len(codes) < len(publications):
        raise InvalidField(field="publications", problem=f"at most {PUBLICATIONS_MAX}, each once")
    for x in publications:
        if x.published_from and x.published_until and x.published_from >= x.published_until:
            raise InvalidField(field="publications", problem=f"{x.market} ends before it begins")
    wanted = {code for code in codes if "\x00" not in code}
    known = set(Market.objects.filter(code__in=wanted).order_by().values_list("code", flat=True))
    for code in sorted(codes - known):
        raise InvalidField(field="publications", problem=f"there is no market {code}")


def _window(row: ProductPublication) -> tuple[str, datetime | None, datetime | None]:
    return (row.market_code, row.published_from, row.published_until)


def _moments(publications: Iterable[NewPublication], *, after: datetime) -> set[datetime]:
    ends = (end for x in publications for end in (x.published_from, x.published_until))
    return {end for end in ends if end is not None and end > after}
