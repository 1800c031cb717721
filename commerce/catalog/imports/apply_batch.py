"""Load a batch of what a file says: create, change, price and publish, in the caller's transaction.

Each product is loaded or refused as a whole, and a refusal never fails its neighbours. What is
already so is not written: what is compared comes in a fixed number of statements, and so is what is
new; a product that differs is changed by the rules that hold for staff.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from commerce.catalog.attributes.models import Attribute
from commerce.catalog.imports.merging import changes_of, new_product
from commerce.catalog.imports.said import Problem, SaidProduct
from commerce.catalog.pricing.models import PriceList
from commerce.catalog.pricing.new_price import NewPrice, refusal_in_list, refusal_of_price
from commerce.catalog.pricing.price_lists import UnknownPriceList, lock_price_lists
from commerce.catalog.pricing.put_prices import put_prices
from commerce.catalog.products.as_drafts import StandingProduct, drafts_of
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.models import Product, ProductStatus, Variant
from commerce.catalog.products.put_changes import ProductChanges, put_changes
from commerce.catalog.products.put_on_sale import ProductRetired, put_on_sale
from commerce.catalog.products.put_products import put_products
from commerce.catalog.products.queries import UnknownVariant, lock_product_ids
from commerce.shared.db import requires_transaction
from commerce.shared.errors import CommerceError


class Kind(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of one product of the file."""

    said: SaidProduct
    kind: Kind = Kind.UNCHANGED
    product_id: UUID | None = None
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, *problems: Problem) -> None:
        self.kind = Kind.REFUSED
        self.problems += problems

    def refuse_for(self, refusal: CommerceError) -> None:
        self.refuse(_problem(self.said.line, refusal))


@requires_transaction
def apply_batch(
    batch: Sequence[SaidProduct], *, now: datetime, is_dry_run: bool = False
) -> list[Outcome]:
    """Load what can be loaded, and say of each product what became of it, in the order of the file.

    A dry run does the same and leaves nothing behind.
    """
    outcomes: list[Outcome] = []
    with transaction.atomic():
        for part in _parts(batch):
            outcomes += _apply(part, now)
        if is_dry_run:
            transaction.set_rollback(True)
    return outcomes


def _parts(batch: Sequence[SaidProduct]) -> Iterator[list[SaidProduct]]:
    """Cut where a product comes again, so that the second time it is found as the first left it."""
    part: list[SaidProduct] = []
    seen: set[str] = set()
    for said in batch:
        names = {f"/{said.slug}"} if said.slug else set()
        names |= {variant.sku for variant in said.variants}
        if seen & names:
            yield part
            part, seen = [], set()
        part.append(said)
        seen |= names
    if part:
        yield part


def _apply(batch: Sequence[SaidProduct], now: datetime) -> list[Outcome]:
    outcomes = [Outcome(said=said) for said in batch]
    for outcome in outcomes:
        if outcome.said.problems:
            outcome.refuse(*outcome.said.problems)
    readable = [x for x in outcomes if x.kind != Kind.REFUSED]
    # In the order in which everybody locks: lists, then products by id.
    _check_prices(readable, now)
    stands = _find(readable)
    kinds = dict(Attribute.objects.order_by().values_list("code", "kind"))

    _change(readable, stands, kinds, now)
    _create(readable, stands, kinds, now)
    loaded = [x for x in readable if x.kind != Kind.REFUSED]
    _price(loaded, now)
    _publish(loaded, now)
    return outcomes


def _check_prices(outcomes: Sequence[Outcome], now: datetime) -> None:
    """Note prices that cannot be set: nothing is written of a product with a problem."""
    prices = list(_prices(outcomes))
    lists = lock_price_lists({new.price_list for *_, new in prices if new.price_list})
    for outcome, line, column, new in prices:
        refusal = refusal_of_price(new, now=now) or _refusal_in(lists, new)
        if refusal is not None:
            outcome.said.problems.append(_problem(line, refusal, where=column))


def _refusal_in(lists: Mapping[str, PriceList], new: NewPrice) -> CommerceError | None:
    if not new.price_list:
        return None
    if new.price_list not in lists:
        return UnknownPriceList(price_list=new.price_list)
    return refusal_in_list(new, lists[new.price_list])


def _prices(outcomes: Sequence[Outcome]) -> Iterator[tuple[Outcome, int, str, NewPrice]]:
    """Every price that is to be, with the line and the column that say so."""
    for outcome in outcomes:
        for variant in outcome.said.variants:
            for price in variant.prices:
                new = NewPrice(
                    sku=variant.sku,
                    price=price.price,
                    compare_at=price.compare_at,
                    price_list=price.price_list,
                )
                yield outcome, variant.line, price.column, new


def _find(outcomes: Sequence[Outcome]) -> dict[int, StandingProduct]:
    """Which products stand already, by outcome: by slug, or by SKU where the file has no slug."""
    slugs = {x.said.slug for x in outcomes if x.said.slug}
    skus = {y.sku for x in outcomes if not x.said.slug for y in x.said.variants}
    id_by_slug = dict(Product.objects.filter(slug__in=slugs).order_by().values_list("slug", "pk"))
    id_by_sku = dict(Variant.objects.filter(sku__in=skus).order_by().values_list("sku", "product"))
    lock_product_ids({*id_by_slug.values(), *id_by_sku.values()})
    drafts = drafts_of([*id_by_slug.values(), *id_by_sku.values()])

    found: dict[int, StandingProduct] = {}
    for outcome in outcomes:
        said = outcome.said
        if said.slug:
            product_id = id_by_slug.get(said.slug)
        else:
            product_id = next((id_by_sku.get(x.sku) for x in said.variants), None)
        if product_id is not None:
            outcome.product_id = product_id
            found[id(outcome)] = drafts[product_id]
        elif not said.slug:
            outcome.refuse_for(UnknownVariant())
    return found


def _change(
    outcomes: Sequence[Outcome],
    stands: Mapping[int, StandingProduct],
    kinds: Mapping[str, str],
    now: datetime,
) -> None:
    for outcome in outcomes:
        standing = stands.get(id(outcome))
        if standing is None or outcome.kind == Kind.REFUSED:
            continue
        if standing.status == ProductStatus.RETIRED:
            outcome.refuse_for(ProductRetired())
            continue
        _check_against(outcome, standing)
        changes = changes_of(outcome.said, standing.draft, kinds)
        if outcome.said.problems:
            outcome.refuse(*outcome.said.problems)
        elif changes is not None:
            _put(outcome, standing.id, changes, now)


def _check_against(outcome: Outcome, standing: StandingProduct) -> None:
    """Note what the file asks for that is never done to what stands."""
    said = outcome.said
    if said.is_published is False and standing.status == ProductStatus.PUBLISHED:
        said.problems.append(
            Problem(
                line=said.line,
                field="published",
                code="cannot_be_unpublished",
                message="it is on sale; what is sold no more is retired",
            )
        )
    for variant in said.variants:
        if variant.sku in standing.retired_skus:
            said.problems.append(
                Problem(
                    line=variant.line,
                    field="sku",
                    code="variant_retired",
                    message="the variant has been retired, and that is for good",
                )
            )


def _put(outcome: Outcome, product_id: UUID, changes: ProductChanges, now: datetime) -> None:
    try:
        with transaction.atomic():
            _, is_changed = put_changes(
                product_id=product_id, changes=changes, expected_version=None, now=now
            )
    except CommerceError as refusal:
        outcome.refuse_for(refusal)
    else:
        outcome.kind = Kind.CHANGED if is_changed else Kind.UNCHANGED


def _create(
    outcomes: Sequence[Outcome],
    stands: Mapping[int, StandingProduct],
    kinds: Mapping[str, str],
    now: datetime,
) -> None:
    new = []
    for outcome in outcomes:
        if id(outcome) in stands or outcome.kind == Kind.REFUSED:
            continue
        product = new_product(outcome.said, kinds)
        if product is None:
            outcome.refuse(*outcome.said.problems)
        else:
            new.append((outcome, product))
    answers = put_products([product for _, product in new], now=now)
    for (outcome, _), answer in zip(new, answers, strict=True):
        if isinstance(answer, CommerceError):
            outcome.refuse_for(answer)
        else:
            outcome.kind = Kind.CREATED
            outcome.product_id = answer.product_id


def _price(outcomes: Sequence[Outcome], now: datetime) -> None:
    """Set the prices that differ; setting what is already so changes nothing, and does not count."""
    wanted = list(_prices(outcomes))
    answers = put_prices([price for *_, price in wanted], now=now)
    for (outcome, line, column, _), answer in zip(wanted, answers, strict=True):
        if isinstance(answer, CommerceError):
            outcome.problems.append(_problem(line, answer, where=column))
        elif answer.price_id is None and outcome.kind == Kind.UNCHANGED:
            # A period that is not stored yet, by what the timelines were before: it is new.
            outcome.kind = Kind.CHANGED


def _publish(outcomes: Sequence[Outcome], now: datetime) -> None:
    by_product: dict[UUID, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.said.is_published and outcome.product_id is not None:
            by_product[outcome.product_id].append(outcome)
    drafts = set(
        Product.objects.filter(pk__in=by_product, status=ProductStatus.DRAFT)
        .order_by()
        .values_list("pk", flat=True)
    )
    answers = put_on_sale(sorted(drafts), now=now) if drafts else {}
    for product_id, answer in answers.items():
        for outcome in by_product[product_id]:
            if isinstance(answer, CommerceError):
                outcome.problems.append(_problem(outcome.said.line, answer, where="published"))
            elif outcome.kind == Kind.UNCHANGED:
                outcome.kind = Kind.CHANGED


def _problem(line: int, refusal: CommerceError, *, where: str = "") -> Problem:
    if isinstance(refusal, InvalidField):
        return Problem(
            line=line,
            field=where or refusal.field,
            code=refusal.code,
            message=f"{refusal.field}: {refusal.problem}" if where else refusal.problem,
        )
    return Problem(line=line, field=where, code=refusal.code, message=str(refusal))
