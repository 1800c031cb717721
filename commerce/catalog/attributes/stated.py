"""Whether what products state fits their types and points at things that exist, for a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from commerce.catalog.attributes.models import AttributeScope
from commerce.catalog.attributes.queries import missing_references, rules_by_type
from commerce.catalog.attributes.values import TypeRules
from commerce.catalog.products.drafts import AttributeValue, InvalidField


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedAttributes:
    """The values of one product and of each of its variants."""

    type_id: UUID | None
    product: Mapping[str, AttributeValue]
    variants: Sequence[Mapping[str, AttributeValue]]


def refusals_of(batch: Sequence[StatedAttributes]) -> list[InvalidField | None]:
    """Say for each what is wrong with it, if anything; no statement where nothing is stated.

    Otherwise two for the types, and one for each kind of thing that is pointed at.
    """
    rules = rules_by_type(x.type_id for x in batch if x.product or any(x.variants))
    refusals = [_refusal_of(stated, rules[stated.type_id]) for stated in batch]
    good = [x for x, refusal in zip(batch, refusals, strict=True) if refusal is None]
    missing = missing_references(
        reference
        for stated in good
        for values in (stated.product, *stated.variants)
        for reference in rules[stated.type_id].references(values)
    )
    if not missing:
        return refusals
    return [
        refusal or _dangling(stated, rules[stated.type_id], missing)
        for stated, refusal in zip(batch, refusals, strict=True)
    ]


def _refusal_of(stated: StatedAttributes, rules: TypeRules) -> InvalidField | None:
    try:
        rules.check(stated.product, scope=AttributeScope.PRODUCT)
        for values in stated.variants:
            rules.check(values, scope=AttributeScope.VARIANT)
    except InvalidField as refusal:
        return refusal
    return None


def _dangling(
    stated: StatedAttributes, rules: TypeRules, missing: set[tuple[str, UUID]]
) -> InvalidField | None:
    for values in (stated.product, *stated.variants):
        for code, value in values.items():
            for kind, thing_id in rules.references({code: value}):
                if (kind, thing_id) in missing:
                    return InvalidField(field=f"attributes.{code}", problem=f"no {kind} {value}")
    return None
