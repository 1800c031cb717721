"""Create a product type, with the attributes its products state."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.catalog.attributes.drafts import NewProductType, check_product_type
from commerce.catalog.attributes.models import ProductType
from commerce.catalog.attributes.put_type_attributes import put_type_attributes
from commerce.shared.db import refusals
from commerce.shared.errors import Conflict


class ProductTypeRaced(Conflict):
    """Somebody else has just created this product type; ask again."""

    code = "product_type_raced"


def create_product_type(*, product_type: NewProductType, now: datetime) -> ProductType:
    """Create a type. Asking again with the same code returns it as it is.

    Raises:
        InvalidField, UnknownAttribute: it contradicts a rule.
        ProductTypeRaced: it was created meanwhile.
    """
    check_product_type(product_type)
    with (
        refusals({"catalog_producttype_code_once": ProductTypeRaced}),
        transaction.atomic(durable=True),
    ):
        known = ProductType.objects.filter(code=product_type.code).first()
        if known is not None:
            return known
        row = ProductType.objects.create(
            code=product_type.code, name=product_type.name, created_at=now
        )
        put_type_attributes(row, product_type.attributes)
    return row
