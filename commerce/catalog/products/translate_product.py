"""Say what a product says in another language, or no longer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.listing.changes import note_changes
from commerce.catalog.products.as_rows import translation_rows
from commerce.catalog.products.drafts import ProductTexts
from commerce.catalog.products.models import Product
from commerce.catalog.products.queries import lock_product
from commerce.catalog.products.rules import problems_of_translations
from commerce.shared.errors import Stale


def translate_product(
    *,
    product_id: UUID,
    locale: str,
    texts: ProductTexts | None,
    expected_version: int | None,
    now: datetime,
) -> Product:
    """Write a product's texts in one language over those that stood there; None takes them away.

    Asking for what is already so changes nothing, not even the version.

    Raises:
        UnknownProduct: there is none.
        Stale: it has changed since `expected_version`.
        InvalidField: no locale, or a text that is too long; or there are too many languages.
    """
    with transaction.atomic(durable=True):
        product = lock_product(product_id)
        if expected_version is not None and product.version != expected_version:
            raise Stale(current_version=product.version)

        wanted = {locale: texts} if texts is not None else {}
        others = {x: row for x, row in product.translations.items() if x != locale}
        for problem in problems_of_translations(
            dict.fromkeys(others, ProductTexts()) | {locale: texts or ProductTexts()}
        ):
            raise problem
        translations = others | translation_rows(wanted)
        if translations != product.translations:
            product.translations = translations
            product.save(update_fields=["translations"])
            note_changes([product.pk], at=now)
            product.version += 1
    return product
