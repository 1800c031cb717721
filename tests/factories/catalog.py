"""Things to sell, as tests need them: written straight into the tables, in a state that can be."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import factory

from commerce.catalog.models import (
    Attribute,
    AttributeChoice,
    BundleComponent,
    Category,
    Coupon,
    Market,
    Plan,
    PlanPrice,
    PlanVersion,
    Price,
    PriceList,
    Product,
    ProductCategory,
    ProductType,
    Promotion,
    TypeAttribute,
    Variant,
)
from commerce.catalog.products.drafts import NewProduct, NewVariant
from commerce.catalog.promotions.terms import Effect, Terms
from commerce.shared.codec import to_plain
from commerce.shared.money import Money

# Before any moment a test asks about.
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class CategoryFactory(factory.django.DjangoModelFactory[Category]):
    """`CategoryFactory(slug="tea", parent=drinks)`: the path follows."""

    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"category-{n}")
    name = factory.LazyAttribute(lambda x: x.slug.title())
    parent = None
    path = factory.LazyAttribute(lambda x: f"{x.parent.path}/{x.slug}" if x.parent else x.slug)


class ProductFactory(factory.django.DjangoModelFactory[Product]):
    """A published product; `ProductFactory(draft=True)` is not yet."""

    class Meta:
        model = Product

    class Params:
        draft = factory.Trait(status="draft", published_at=None)

    slug = factory.Sequence(lambda n: f"product-{n}")
    title = factory.LazyAttribute(lambda x: x.slug.replace("-", " ").title())
    status = "published"
    created_at = LONG_AGO
    published_at = LONG_AGO


class VariantFactory(factory.django.DjangoModelFactory[Variant]):
    class Meta:
        model = Variant

    product = factory.SubFactory(ProductFactory)
    sku = factory.Sequence(lambda n: f"SKU-{n}")
    created_at = LONG_AGO


class PriceFactory(factory.django.DjangoModelFactory[Price]):
    class Meta:
        model = Price

    variant = factory.SubFactory(VariantFactory)
    currency = "USD"
    amount_minor = 12_50
    valid_from = LONG_AGO
    created_at = LONG_AGO


def attribute(code: str, kind: str = "text", *choices: str, **fields: Any) -> Attribute:
    """An attribute: `attribute("color", "choice", "red", "blue", is_filterable=True)`."""
    fields.setdefault("name", code.title())
    row = Attribute.objects.create(code=code, kind=kind, created_at=LONG_AGO, **fields)
    for position, choice in enumerate(choices):
        AttributeChoice.objects.create(
            attribute=row, code=choice, label=choice.title(), position=position
        )
    return row


def product_type(
    code: str, *attributes: Attribute, of_variants: Any = (), required: Any = ()
) -> ProductType:
    """A type: `product_type("tea", origin, of_variants=[color], required=[origin])`."""
    row = ProductType.objects.create(code=code, name=code.title(), created_at=LONG_AGO)
    scopes = [(x, "product") for x in attributes] + [(x, "variant") for x in of_variants]
    for position, (stated, scope) in enumerate(scopes):
        TypeAttribute.objects.create(
            product_type=row,
            attribute=stated,
            scope=scope,
            is_required=stated in required,
            position=position,
        )
    return row


class MarketFactory(factory.django.DjangoModelFactory[Market]):
    """The default market of its currency, net: `MarketFactory(code="de", countries=["DE"])`."""

    class Meta:
        model = Market
        skip_postgeneration_save = True

    code = "us"
    name = factory.LazyAttribute(lambda x: x.code.title())
    currency = "USD"
    locale = "en-US"
    is_default = True
    created_at = LONG_AGO

    @factory.post_generation
    def countries(self, create, countries, **more):
        for country in countries or ():
            self.countries.create(country=country, currency=self.currency)


class PriceListFactory(factory.django.DjangoModelFactory[PriceList]):
    """An active list for everybody everywhere, in dollars."""

    class Meta:
        model = PriceList

    code = factory.Sequence(lambda n: f"list-{n}")
    name = factory.LazyAttribute(lambda x: x.code.title())
    currency = "USD"
    status = "active"
    created_at = LONG_AGO
    activated_at = LONG_AGO


class PlanFactory(factory.django.DjangoModelFactory[Plan]):
    class Meta:
        model = Plan

    code = factory.Sequence(lambda n: f"plan-{n}")
    status = "published"
    created_at = LONG_AGO
    published_at = LONG_AGO


class PlanVersionFactory(factory.django.DjangoModelFactory[PlanVersion]):
    """Monthly access; `PlanVersionFactory(kind="goods", variant=…, feature=None)` delivers."""

    class Meta:
        model = PlanVersion

    plan = factory.SubFactory(PlanFactory)
    version = 1
    title = "Membership"
    kind = "access"
    interval_unit = "month"
    interval_count = 1
    feature = "membership"
    created_at = LONG_AGO
    published_at = LONG_AGO


class PlanPriceFactory(factory.django.DjangoModelFactory[PlanPrice]):
    class Meta:
        model = PlanPrice

    plan_version = factory.SubFactory(PlanVersionFactory)
    currency = "USD"
    amount_minor = 5_00


def on_sale(
    sku: str, *, currency: str = "USD", price: int | None = 12_50, **product: Any
) -> Variant:
    """A variant that can be bought, of a product of its own: `on_sale("mug", price=12_50)`."""
    categories = product.pop("categories", ())
    product.setdefault("slug", sku.lower())
    variant = VariantFactory(sku=sku, product=ProductFactory(**product))
    if price is not None:
        PriceFactory(variant=variant, currency=currency, amount_minor=price)
    for category in categories:
        ProductCategory.objects.create(product=variant.product, category=category)
    return variant


def bundled(sku: str, *, price: int = 20_00, **units: int) -> Variant:
    """A bundle on sale, of variants that exist: `bundled("breakfast", mug=2, tea=1)`."""
    bundle = on_sale(sku, price=price)
    for position, (component, quantity) in enumerate(units.items()):
        BundleComponent.objects.create(
            bundle=bundle,
            component=Variant.objects.get(sku=component),
            quantity=quantity,
            position=position,
        )
    return bundle


def offered(
    code: str, *, currency: str = "USD", price: int = 5_00, sku: str | None = None, **version: Any
) -> PlanVersion:
    """A plan one can subscribe to; with `sku` it delivers that variant each month."""
    if sku is not None:
        variant = Variant.objects.get(sku=sku)
        version |= {"kind": "goods", "variant": variant, "feature": None}
    terms = PlanVersionFactory(plan=PlanFactory(code=code), **version)
    PlanPriceFactory(plan_version=terms, currency=currency, amount_minor=price)
    return terms


def described(slug: str = "mug", *skus: str, **fields: Any) -> NewProduct:
    """A product in plain words: `described("mug", "mug-red", "mug-blue", brand="Ours")`."""
    variants = [NewVariant(sku=sku) for sku in skus or [slug]]
    return NewProduct(
        **{"slug": slug, "title": slug.title(), "variants": variants, **fields},
    )


class PromotionFactory(factory.django.DjangoModelFactory[Promotion]):
    """An active promotion that takes a tenth off every line, for everybody."""

    class Meta:
        model = Promotion

    title = "A tenth off"
    status = "active"
    lane = "item"
    terms = factory.LazyFunction(
        lambda: to_plain(Terms(effect=Effect.PERCENT, percent=Decimal(10)))
    )
    starts_at = LONG_AGO
    created_at = LONG_AGO


class CouponFactory(factory.django.DjangoModelFactory[Coupon]):
    """A code of a promotion that needs one."""

    class Meta:
        model = Coupon

    promotion = factory.SubFactory(PromotionFactory, needs_code=True)
    code = factory.Sequence(lambda n: f"CODE-{n}")
    created_at = LONG_AGO


def promoted(
    effect: str = "percent", *, code: str | None = None, currency: str = "USD", **words: Any
) -> Promotion:
    """A promotion in the words of a test: `promoted("fixed", amount=5_00, lane="order")`.

    `code` makes a coupon that brings it; amounts are in its currency.
    """
    of_row = {
        name: words.pop(name)
        for name in [*words]
        if name not in Terms.__dataclass_fields__ or name == "effect"
    }
    for name in ("amount", "cap", "minimum_total"):
        if name in words:
            words[name] = Money(words[name], currency)
    if effect == "percent":
        words.setdefault("percent", Decimal(10))
    promotion = PromotionFactory(
        terms=to_plain(Terms(effect=Effect(effect), **words)),
        needs_code=code is not None,
        currency=currency,
        **of_row,
    )
    if code is not None:
        CouponFactory(promotion=promotion, code=code)
    return promotion
