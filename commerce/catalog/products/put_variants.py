"""The variants of a product and what is in them, written over what stood there."""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from commerce.catalog.products.as_rows import VARIANT_COLUMNS, variant_values
from commerce.catalog.products.bundles import Part, check_components, parts_by_sku
from commerce.catalog.products.drafts import VARIANTS_MAX, InvalidField, NewVariant
from commerce.catalog.products.models import BundleComponent, Product, Variant
from commerce.catalog.products.refusals import SkuTaken
from commerce.shared.db import requires_transaction
from commerce.shared.ids import new_id


@requires_transaction
def put_variants(
    product: Product, wanted: Sequence[NewVariant], *, known: dict[str, Variant], now: datetime
) -> bool:
    """Write variants of a locked product, and say whether anything is different now.

    `known` are those it has, by SKU; those added are put there. The products of whatever stands
    in a bundle are locked as well. A fixed number of statements.

    Raises:
        SkuTaken: another product has the SKU.
        InvalidField, UnknownComponent: too many, or a bundle of what cannot be bundled.
    """
    if not wanted:
        return False
    _check_skus(wanted, known)
    ids = {x.sku: known[x.sku].pk if x.sku in known else new_id() for x in wanted}
    component_ids = _component_ids(wanted, ids)
    _check_still_parts(wanted, ids)

    added, changed = [], []
    for new in wanted:
        values = variant_values(new)
        present = known.get(new.sku)
        if present is None:
            known[new.sku] = Variant(
                id=ids[new.sku], product=product, position=len(known), created_at=now, **values
            )
            added.append(known[new.sku])
        elif any(getattr(present, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(present, name, value)
            changed.append(present)
    if len(known) > VARIANTS_MAX:
        raise InvalidField(field="variants", problem=f"at most {VARIANTS_MAX}")
    Variant.objects.bulk_create(added)
    Variant.objects.bulk_update(changed, VARIANT_COLUMNS)
    return _put_components(wanted, ids, component_ids) or bool(added or changed)


def _check_skus(wanted: Sequence[NewVariant], known: Mapping[str, Variant]) -> None:
    new = {variant.sku for variant in wanted} - known.keys()
    elsewhere = Variant.objects.filter(sku__in=new).order_by("sku") if new else ()
    for variant in elsewhere:
        raise SkuTaken(sku=variant.sku)


def _component_ids(wanted: Sequence[NewVariant], ids: Mapping[str, UUID]) -> dict[str, UUID]:
    """Whom the bundles name: other variants as they are, siblings as they are going to be."""
    skus = {component.sku for variant in wanted for component in variant.components}
    siblings = {x.sku: Part.of(x, variant_id=ids[x.sku]) for x in wanted}
    parts = ChainMap(siblings, parts_by_sku(skus - siblings.keys()))
    for variant in wanted:
        check_components(variant, parts)
    return {sku: parts[sku].variant_id for sku in skus}


def _check_still_parts(wanted: Sequence[NewVariant], ids: Mapping[str, UUID]) -> None:
    """What stands in a bundle stays what can stand in one."""
    no_parts = {
        ids[x.sku]: x.sku
        for x in wanted
        if x.components or x.is_gift_card or x.made_to_order_days is not None
    }
    if not no_parts:
        return
    bundled = BundleComponent.objects.filter(component__in=no_parts)
    for component_id in bundled.order_by("component").values_list("component_id", flat=True):
        raise InvalidField(
            field="variants", problem=f"{no_parts[component_id]} stands in a bundle as it is"
        )


def _put_components(
    wanted: Sequence[NewVariant], ids: Mapping[str, UUID], component_ids: Mapping[str, UUID]
) -> bool:
    present: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    rows = BundleComponent.objects.filter(bundle__in=ids.values()).order_by("position", "pk")
    for bundle_id, component_id, quantity in rows.values_list(
        "bundle_id", "component_id", "quantity"
    ):
        present[bundle_id].append((component_id, quantity))

    contents = {
        ids[variant.sku]: [(component_ids[x.sku], x.quantity) for x in variant.components]
        for variant in wanted
    }
    changed = {bundle_id: new for bundle_id, new in contents.items() if new != present[bundle_id]}
    if changed:
        BundleComponent.objects.filter(bundle__in=changed).delete()
        BundleComponent.objects.bulk_create(
            BundleComponent(
                bundle_id=bundle_id, component_id=component_id, quantity=quantity, position=position
            )
            for bundle_id, new in changed.items()
            for position, (component_id, quantity) in enumerate(new)
        )
    return bool(changed)
