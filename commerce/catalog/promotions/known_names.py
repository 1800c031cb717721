"""Whether everything a promotion names exists: a typo would take off nothing, or of everything."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from commerce.catalog.collections.models import Collection
from commerce.catalog.markets.models import Market
from commerce.catalog.plans.models import Plan
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.models import Category, Product, Variant
from commerce.catalog.promotions.terms import Terms


def check_names(terms: Terms) -> None:
    """Raises `InvalidField` for the first list in which something is unknown."""
    _check("gift_sku", [terms.gift_sku] if terms.gift_sku else [], Variant.objects.all(), "sku")
    _check("markets", terms.markets, Market.objects.all(), "code")
    for where in ("targets", "excluded", "buys"):
        names = getattr(terms, where)
        _check(f"{where}.skus", names.skus, Variant.objects.all(), "sku")
        _check(f"{where}.products", names.products, Product.objects.all(), "pk")
        _check(f"{where}.categories", names.categories, Category.objects.all(), "slug")
        _check(f"{where}.collections", names.collections, Collection.objects.all(), "slug")
        _check(f"{where}.plans", names.plans, Plan.objects.all(), "code")


def _check(where: str, names: Iterable[object], rows: QuerySet, column: str) -> None:  # type: ignore[type-arg]  # of any table
    wanted = set(names)
    if not wanted:
        return
    known = set(rows.filter(**{f"{column}__in": wanted}).values_list(column, flat=True))
    for unknown in sorted(map(str, wanted - known)):
        raise InvalidField(field=where, problem=f"there is no {unknown}")
