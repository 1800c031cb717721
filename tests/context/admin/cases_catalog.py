"""The acts of catalog's pages."""

from __future__ import annotations

from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile

from commerce.catalog.interface.dto import Grant
from commerce.catalog.media.change_media import MediaChanges
from commerce.catalog.models import (
    Attribute,
    Market,
    Media,
    Plan,
    PlanVersion,
    Product,
    TypeAttribute,
    Variant,
)
from commerce.catalog.pricing.end_prices import EndedPrice
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.change_product import ProductChanges
from commerce.catalog.products.drafts import NewComponent, NewVariant, ProductTexts
from commerce.catalog.products.set_attributes import AttributesToSet
from commerce.catalog.products.set_publications import NewPublication
from commerce.shared.money import Money
from tests.context.admin.cases import Case, one
from tests.context.admin.rows import NOON, rows_of


def plan_with_new_terms() -> Plan:
    (version,) = rows_of(PlanVersion, 1)
    return version.plan


def product_of_type(scope: str = "product") -> Product:
    (attribute,) = rows_of(Attribute, 1, code="volume", kind="number", unit="")
    (asked,) = rows_of(TypeAttribute, 1, attribute_id=attribute.pk, scope=scope)
    (product,) = rows_of(Product, 1, product_type_id=asked.product_type_id)
    return product


def variant_of_type() -> Variant:
    return one(Variant, product_id=product_of_type("variant").pk)()


def product_in_a_market() -> Product:
    rows_of(Market, 1, code="eu")
    return one(Product)()


DESK = "commerce.catalog.admin"
# Of a variant: what every form about one asks for.
PLAIN = {
    "weight_g": "300",
    "tax_category": "general",
    "requires_shipping": "on",
    "grants": "members 30",
}
CASES = [
    Case(
        on=Product,
        act="publish",
        roles={"catalog"},
        calls=f"{DESK}.products.publish_product",
        row=one(Product),
        wants=lambda product: {"product_id": product.pk},
    ),
    Case(
        on=Product,
        act="change_texts",
        roles={"catalog"},
        calls=f"{DESK}.products.change_product",
        row=one(Product),
        data=lambda _: {"title": "Mug", "brand": "", "description": "Blue."},
        wants=lambda product: {
            "product_id": product.pk,
            "changes": ProductChanges(title="Mug", brand="", description="Blue."),
        },
    ),
    Case(
        on=Product,
        act="translate",
        roles={"catalog"},
        calls=f"{DESK}.products.translate_product",
        row=one(Product),
        data=lambda _: {"locale": "de", "title": "Tasse", "words": "Red = Rot"},
        wants=lambda product: {
            "product_id": product.pk,
            "locale": "de",
            "texts": ProductTexts(title="Tasse", options={"Red": "Rot"}),
        },
        audits={"locale": "de"},
    ),
    Case(
        on=Product,
        act="set_type",
        roles={"catalog"},
        calls=f"{DESK}.products.change_product",
        row=product_of_type,
        data=lambda product: {"product_type": product.product_type.code},
        wants=lambda product: {
            "product_id": product.pk,
            "changes": ProductChanges(product_type=product.product_type.code),
        },
    ),
    Case(
        on=Product,
        act="set_attributes",
        roles={"catalog"},
        calls=f"{DESK}.products.set_attributes",
        row=product_of_type,
        data=lambda _: {"attribute_volume": "300"},
        wants=lambda product: {
            "batch": [AttributesToSet(slug=product.slug, attributes={"volume": 300})]
        },
        answers=lambda _: [True],
    ),
    Case(
        on=Product,
        act="set_categories",
        roles={"catalog"},
        calls=f"{DESK}.products.change_product",
        row=one(Product),
        data=lambda _: {"categories": "mugs\r\n\r\nblue"},
        wants=lambda _: {"changes": ProductChanges(categories=["mugs", "blue"])},
        audits={"categories": ["mugs", "blue"]},
    ),
    Case(
        on=Product,
        act="add_picture",
        roles={"catalog"},
        calls=f"{DESK}.products.add_media",
        row=one(Product),
        data=lambda _: {"file": SimpleUploadedFile("mug.png", b"bytes"), "alt": "A mug"},
        wants=lambda product: {"product_id": product.pk, "data": b"bytes", "alt": "A mug"},
        audits={"alt": "A mug"},
    ),
    Case(
        on=Product,
        act="set_options",
        roles={"catalog"},
        calls=f"{DESK}.products.change_product",
        row=one(Product),
        data=lambda _: {"options": "Color: Red, Blue\nSize: S"},
        wants=lambda _: {
            "changes": ProductChanges(options={"Color": ["Red", "Blue"], "Size": ["S"]})
        },
    ),
    Case(
        on=Product,
        act="add_variant",
        roles={"catalog"},
        calls=f"{DESK}.products.change_product",
        row=one(Product, options=[["Color", ["Red"]]]),
        data=lambda _: {**PLAIN, "sku": "mug-red", "option_Color": "Red"},
        wants=lambda _: {
            "changes": ProductChanges(
                variants=[
                    NewVariant(
                        sku="mug-red",
                        options={"Color": "Red"},
                        weight_g=300,
                        grants=[Grant(feature="members", days=30)],
                        components=[],
                    )
                ]
            )
        },
        audits={"sku": "mug-red"},
    ),
    Case(
        on=Product,
        act="generate",
        roles={"catalog"},
        calls=f"{DESK}.products.generate_variants",
        row=one(Product, options=[["Color", ["Red"]]]),
        data=lambda _: {**PLAIN, "sku": "MUG", "grants": ""},
        wants=lambda product: {
            "product_id": product.pk,
            "pattern": NewVariant(sku="MUG", weight_g=300, grants=[], components=[]),
        },
        answers=lambda _: ["MUG-RED"],
    ),
    Case(
        on=Product,
        act="set_markets",
        roles={"catalog"},
        calls=f"{DESK}.products.set_publications",
        row=product_in_a_market,
        data=lambda _: {"only_eu": "on", "from_eu": "2027-03-01T12:00"},
        wants=lambda product: {
            "product_id": product.pk,
            "publications": [NewPublication(market="eu", published_from=NOON)],
        },
        audits={"markets": ["eu"]},
    ),
    Case(
        on=Product,
        act="retire",
        roles={"catalog"},
        calls=f"{DESK}.products.retire_product",
        row=one(Product),
        wants=lambda product: {"product_id": product.pk},
    ),
    Case(
        on=Variant,
        act="set_price",
        roles={"catalog"},
        calls=f"{DESK}.variants.set_price",
        row=one(Variant, sku="mug"),
        data=lambda _: {"currency": "usd", "amount": "12.50"},
        wants=lambda _: {"price": NewPrice(sku="mug", price=Money(12_50, "USD"))},
        answers=lambda _: SimpleNamespace(amount_minor=12_50, valid_from=NOON),
        audits={"price": {"amount": 12_50, "currency": "USD"}},
    ),
    Case(
        on=Variant,
        act="end_price",
        roles={"catalog"},
        calls=f"{DESK}.variants.end_prices",
        row=one(Variant, sku="mug"),
        data=lambda _: {"currency": "usd", "min_quantity": "10"},
        wants=lambda _: {"batch": [EndedPrice(sku="mug", currency="USD", min_quantity=10)]},
        answers=lambda _: [None],
    ),
    Case(
        on=Variant,
        act="edit",
        roles={"catalog"},
        calls=f"{DESK}.variants.change_product",
        row=one(Variant, sku="mug", attributes={"volume": 300}),
        data=lambda _: {**PLAIN, "grants": "", "components": "cup 2"},
        wants=lambda variant: {
            "product_id": variant.product_id,
            "changes": ProductChanges(
                variants=[
                    NewVariant(
                        sku="mug",
                        attributes={"volume": 300},
                        weight_g=300,
                        grants=[],
                        components=[NewComponent(sku="cup", quantity=2)],
                    )
                ]
            ),
        },
    ),
    Case(
        on=Variant,
        act="set_attributes",
        roles={"catalog"},
        calls=f"{DESK}.variants.set_attributes",
        row=variant_of_type,
        data=lambda _: {"attribute_volume": "0.5"},
        wants=lambda variant: {
            "batch": [AttributesToSet(sku=variant.sku, attributes={"volume": 0.5})]
        },
        answers=lambda _: [True],
    ),
    Case(
        on=Media,
        act="edit",
        roles={"catalog"},
        calls=f"{DESK}.media.change_media",
        row=one(Media),
        data=lambda _: {"alt": "A mug", "translations": "de = Tasse", "position": "2"},
        wants=lambda media: {
            "product_id": media.product_id,
            "media_id": media.pk,
            "changes": MediaChanges(alt="A mug", translations={"de": {"alt": "Tasse"}}, position=1),
        },
    ),
    Case(
        on=Media,
        act="remove",
        roles={"catalog"},
        calls=f"{DESK}.media.remove_media",
        row=one(Media),
        wants=lambda media: {"product_id": media.product_id, "media_id": media.pk},
    ),
    Case(
        on=Variant,
        act="retire",
        roles={"catalog"},
        calls=f"{DESK}.variants.retire_variant",
        row=one(Variant),
        wants=lambda variant: {"variant_id": variant.pk},
    ),
    Case(
        on=Plan,
        act="publish",
        roles={"catalog"},
        calls=f"{DESK}.plans.publish_plan",
        row=plan_with_new_terms,
        wants=lambda plan: {"plan_id": plan.pk},
    ),
    Case(
        on=Plan,
        act="retire",
        roles={"catalog"},
        calls=f"{DESK}.plans.retire_plan",
        row=one(Plan),
        wants=lambda plan: {"plan_id": plan.pk},
    ),
]
