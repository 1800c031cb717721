"""The attributes of a product type, written over what stood there."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.catalog.attributes.drafts import NewTypeAttribute
from commerce.catalog.attributes.models import ProductType, TypeAttribute
from commerce.catalog.attributes.queries import UnknownAttribute, attribute_ids_by_code
from commerce.shared.db import requires_transaction


@requires_transaction
def put_type_attributes(product_type: ProductType, wanted: Sequence[NewTypeAttribute]) -> bool:
    """Write all attributes of a locked type in their order, and say whether anything is new.

    Raises:
        UnknownAttribute: one does not exist.
    """
    ids = attribute_ids_by_code(x.attribute for x in wanted)
    for asked in wanted:
        if asked.attribute not in ids:
            raise UnknownAttribute(attribute=asked.attribute)

    rows = [(ids[x.attribute], x.scope, x.is_required) for x in wanted]
    standing = TypeAttribute.objects.filter(product_type=product_type).order_by("position", "pk")
    if rows == list(standing.values_list("attribute_id", "scope", "is_required")):
        return False
    standing.delete()
    TypeAttribute.objects.bulk_create(
        TypeAttribute(
            product_type=product_type,
            attribute_id=attribute_id,
            scope=scope,
            is_required=is_required,
            position=position,
        )
        for position, (attribute_id, scope, is_required) in enumerate(rows)
    )
    return True
