"""The acts of catalog's pages."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile

from commerce.catalog.attributes.change_attribute import AttributeChanges
from commerce.catalog.attributes.change_product_type import ProductTypeChanges
from commerce.catalog.attributes.drafts import NewTypeAttribute
from commerce.catalog.collections.drafts import CollectionChanges, Window
from commerce.catalog.interface.dto import (
    Cadence,
    Charge,
    ChargeModel,
    Grant,
    IntervalUnit,
    PlanKind,
    PlanPhase,
    Tier,
)
from commerce.catalog.markets.change_market import MarketChanges
from commerce.catalog.media.change_media import MediaChanges
from commerce.catalog.models import (
    Attribute,
    Category,
    Collection,
    Import,
    Market,
    Media,
    Plan,
    PlanPrice,
    PlanVersion,
    PriceList,
    Product,
    ProductType,
    Promotion,
    TypeAttribute,
    Variant,
)
from commerce.catalog.plans.terms import NewPlan, PlanCharges
from commerce.catalog.pricing.end_prices import EndedPrice
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.change_category import CategoryChanges
from commerce.catalog.products.change_product import ProductChanges
from commerce.catalog.products.drafts import NewComponent, NewVariant, ProductTexts
from commerce.catalog.products.set_attributes import AttributesToSet
from commerce.catalog.products.set_publications import NewPublication
from commerce.catalog.promotions.create_coupons import NewCoupons
from commerce.shared.money import Money
from tests.context.admin.cases import Case, one, rows_sent
from tests.context.admin.rows import NOON, rows_of


def plan_with_new_terms() -> Plan:
    (version,) = rows_of(PlanVersion, 1)
    return version.plan


def priced_plan() -> Plan:
    (price,) = rows_of(PlanPrice, 1)
    return price.plan_version.plan


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


def product_with_variants() -> Product:
    rows_of(Market, 1, code="eu", currency="EUR")
    product = one(Product)()
    for sku in ("mug-red", "mug-blue"):
        rows_of(Variant, 1, product_id=product.pk, sku=sku)
    return product


def a_collection() -> Collection:
    rows_of(Market, 1, code="eu")
    return one(Collection, slug="blue", kind="manual")()


def plan_form(title: str) -> dict[str, str]:
    return {
        "title": title,
        "kind": "access",
        "feature": "cloud.pro",
        "tax_category": "general",
        "interval_count": "1",
        "interval_unit": "month",
        "trial_days": "14",
        "anchor_day": "1",
        "prices": "20 EUR, 2400 JPY",
        "setup_fee": "5.00 EUR, 600 JPY",
        **rows_sent(
            "charges",
            {
                "code": "calls",
                "title": "API calls",
                "model": "graduated",
                "cadence": "metered",
                "meter": "api_calls",
                "included_units": "100",
                **rows_sent(
                    "tiers",
                    {"up_to": "1000", "unit": "0.0005 EUR, 0.06 JPY"},
                    {"flat": "1 EUR, 150 JPY"},
                ),
            },
        ),
        **rows_sent("phases", {"periods": "3", "title": "Intro", "price": "0 EUR, 0 JPY"}),
    }


def plan_terms(code: str, title: str) -> NewPlan:
    def beside(setup: int, unit: str, flat: int) -> PlanCharges:
        return PlanCharges(
            setup_fee_minor=setup,
            charges=(
                Charge(
                    code="calls",
                    title="API calls",
                    model=ChargeModel.GRADUATED,
                    cadence=Cadence.METERED,
                    meter="api_calls",
                    included_units=Decimal(100),
                    tiers=(
                        Tier(up_to=Decimal(1000), unit_minor=Decimal(unit)),
                        Tier(flat_minor=flat),
                    ),
                ),
            ),
            phases=(PlanPhase(periods=3, title="Intro", price_minor=0),),
        )

    return NewPlan(
        code=code,
        title=title,
        kind=PlanKind.ACCESS,
        feature="cloud.pro",
        interval_unit=IntervalUnit.MONTH,
        trial_days=14,
        anchor_day=1,
        amounts_minor={"EUR": 20_00, "JPY": 2400},
        charges_by_currency={
            "EUR": beside(5_00, "0.05", 1_00),
            "JPY": beside(600, "0.06", 150),
        },
    )


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
        calls=f"{DESK}.product_acts.change_product",
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
        calls=f"{DESK}.product_acts.change_product",
        row=one(Product, translations={"de": {"title": "Krug", "description": "Blau."}}),
        data=lambda _: rows_sent(
            "languages",
            {"locale": "de", "title": "Tasse", "description": "Blau.", "words": "Red = Rot"},
            {"locale": "fr", "title": "Tasse"},
            shown=1,
        ),
        wants=lambda product: {
            "product_id": product.pk,
            "changes": ProductChanges(
                translations={
                    "de": ProductTexts(title="Tasse", description="Blau.", options={"Red": "Rot"}),
                    "fr": ProductTexts(title="Tasse"),
                }
            ),
        },
        audits={"languages": ["de", "fr"]},
    ),
    Case(
        on=Product,
        act="describe",
        roles={"catalog"},
        calls=f"{DESK}.product_acts.change_product",
        row=product_of_type,
        data=lambda product: {
            "product_type": product.product_type.code,
            **rows_sent(
                f"of_product_{product.product_type.code}", {"attribute_volume": "300"}, shown=1
            ),
        },
        wants=lambda product: {
            "product_id": product.pk,
            "changes": ProductChanges(
                product_type=product.product_type.code, stated={"volume": 300}
            ),
        },
    ),
    Case(
        on=Product,
        act="edit_prices",
        roles={"catalog"},
        calls=f"{DESK}.price_grid.set_prices",
        row=product_with_variants,
        data=lambda _: {
            "place": "base_EUR",
            "min_quantity": "1",
            "valid_from": "2027-03-01T12:00",
            **rows_sent(
                "prices_base_EUR_1",
                {"sku": "mug-red", "price": "12.50", "compare_at": "15.00"},
                {"sku": "mug-blue"},
                shown=2,
            ),
        },
        wants=lambda _: {
            "batch": [
                NewPrice(
                    sku="mug-red",
                    price=Money(12_50, "EUR"),
                    compare_at=Money(15_00, "EUR"),
                    valid_from=NOON,
                )
            ]
        },
        answers=lambda _: [SimpleNamespace(amount_minor=12_50, valid_from=NOON)],
        audits={"prices": {"mug-red": {"amount": 12_50, "currency": "EUR"}}},
    ),
    Case(
        on=Product,
        act="set_categories",
        roles={"catalog"},
        calls=f"{DESK}.product_acts.change_product",
        row=one(Product),
        data=lambda _: {"categories": "mugs\r\n\r\nblue"},
        wants=lambda _: {"changes": ProductChanges(categories=["mugs", "blue"])},
        audits={"categories": ["mugs", "blue"]},
    ),
    Case(
        on=Product,
        act="add_picture",
        roles={"catalog"},
        calls=f"{DESK}.product_acts.add_media",
        row=one(Product),
        data=lambda _: {"file": SimpleUploadedFile("mug.png", b"bytes"), "alt": "A mug"},
        wants=lambda product: {"product_id": product.pk, "data": b"bytes", "alt": "A mug"},
        audits={"alt": "A mug"},
    ),
    Case(
        on=Product,
        act="set_options",
        roles={"catalog"},
        calls=f"{DESK}.product_acts.change_product",
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
        calls=f"{DESK}.product_acts.change_product",
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
        calls=f"{DESK}.product_acts.generate_variants",
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
        calls=f"{DESK}.product_acts.set_publications",
        row=product_in_a_market,
        data=lambda _: rows_sent(
            "markets", {"market": "eu", "is_shown": "on", "begins": "2027-03-01T12:00"}, shown=1
        ),
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
        act="edit",
        roles={"catalog"},
        calls=f"{DESK}.plans.change_plan",
        row=priced_plan,
        data=lambda _: plan_form("Cloud"),
        wants=lambda plan: {"plan": plan_terms(plan.code, "Cloud")},
        answers=lambda _: SimpleNamespace(version=2),
    ),
    Case(
        on=Category,
        act="rename",
        roles={"catalog"},
        calls=f"{DESK}.categories.change_category",
        row=one(Category, slug="mugs"),
        data=lambda _: {"name": "Mugs", "translations": "de = Tassen"},
        wants=lambda _: {
            "slug": "mugs",
            "changes": CategoryChanges(name="Mugs", translations={"de": {"name": "Tassen"}}),
        },
    ),
    Case(
        on=Category,
        act="move",
        roles={"catalog"},
        calls=f"{DESK}.categories.move_category",
        row=one(Category, slug="mugs"),
        data=lambda _: {"parent": "kitchen"},
        wants=lambda _: {"slug": "mugs", "parent": "kitchen"},
        audits={"parent": "kitchen"},
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
    Case(
        on=Attribute,
        act="edit",
        roles={"catalog"},
        calls=f"{DESK}.attributes.change_attribute",
        row=one(Attribute, code="volume", kind="number"),
        data=lambda _: {"name": "Volume", "unit": "ml"},
        wants=lambda _: {
            "code": "volume",
            "changes": AttributeChanges(
                name="Volume", unit="ml", is_filterable=False, translations={}, choices=[]
            ),
        },
    ),
    Case(
        on=ProductType,
        act="edit",
        roles={"catalog"},
        calls=f"{DESK}.product_types.change_product_type",
        row=one(ProductType, code="mug"),
        data=lambda _: {"name": "Mugs", "attributes": "volume required"},
        wants=lambda _: {
            "code": "mug",
            "changes": ProductTypeChanges(
                name="Mugs", attributes=[NewTypeAttribute(attribute="volume", is_required=True)]
            ),
        },
    ),
    Case(
        on=Market,
        act="edit",
        roles={"catalog"},
        calls=f"{DESK}.markets.change_market",
        row=one(Market, code="eu"),
        data=lambda _: {
            "name": "Europe",
            "locale": "de-DE",
            "countries": "de\nat",
            "is_default": "on",
        },
        wants=lambda _: {
            "code": "eu",
            "changes": MarketChanges(
                name="Europe", locale="de-DE", countries=["DE", "AT"], is_default=True
            ),
        },
        audits={"countries": ["DE", "AT"]},
    ),
    Case(
        on=PriceList,
        act="edit",
        roles={"catalog"},
        calls=f"{DESK}.price_lists.change_price_list",
        row=one(PriceList),
        data=lambda _: {"name": "VIP", "priority": "3"},
        wants=lambda row: {
            "price_list_id": row.pk,
            "changes": {
                "name": "VIP",
                "market": None,
                "customer_group": "",
                "priority": 3,
                "valid_from": None,
                "valid_until": None,
            },
        },
    ),
    Case(
        on=PriceList,
        act="activate",
        roles={"catalog"},
        calls=f"{DESK}.price_lists.activate_price_list",
        row=one(PriceList),
        wants=lambda row: {"price_list_id": row.pk},
    ),
    Case(
        on=PriceList,
        act="end",
        roles={"catalog"},
        calls=f"{DESK}.price_lists.end_price_list",
        row=one(PriceList),
        wants=lambda row: {"price_list_id": row.pk},
    ),
    Case(
        on=Promotion,
        act="edit",
        roles={"catalog"},
        calls=f"{DESK}.promotions.change_promotion",
        row=one(Promotion, currency="USD"),
        data=lambda _: {"title": "Spring", "limit_total": "20", "budget": "100.00"},
        wants=lambda row: {
            "promotion_id": row.pk,
            "changes": {
                "title": "Spring",
                "ends_at": None,
                "limit_total": 20,
                "limit_per_customer": None,
                "budget": Money(100_00, "USD"),
            },
        },
        audits={"limit_total": 20},
    ),
    Case(
        on=Promotion,
        act="add_coupons",
        roles={"catalog"},
        calls=f"{DESK}.promotions.create_coupons",
        row=one(Promotion, needs_code=True),
        data=lambda _: {"count": "2", "prefix": "SPRING-"},
        wants=lambda row: {
            "promotion_id": row.pk,
            "coupons": NewCoupons(codes=[], count=2, prefix="SPRING-"),
        },
        answers=lambda _: ["SPRING-A", "SPRING-B"],
        audits={"count": 2},
    ),
    Case(
        on=Promotion,
        act="disable_coupons",
        roles={"catalog"},
        calls=f"{DESK}.promotions.disable_coupons",
        row=one(Promotion, needs_code=True),
        wants=lambda row: {"promotion_id": row.pk, "codes": None},
        answers=lambda _: 2,
    ),
    Case(
        on=Promotion,
        act="activate",
        roles={"catalog"},
        calls=f"{DESK}.promotions.activate_promotion",
        row=one(Promotion),
        wants=lambda row: {"promotion_id": row.pk},
    ),
    Case(
        on=Promotion,
        act="end",
        roles={"catalog"},
        calls=f"{DESK}.promotions.end_promotion",
        row=one(Promotion, status="active", starts_at=NOON),
        wants=lambda row: {"promotion_id": row.pk},
    ),
    Case(
        on=Collection,
        act="edit",
        roles={"catalog"},
        calls=f"{DESK}.collections.change_collection",
        row=one(Collection, slug="blue", kind="manual"),
        data=lambda _: {"title": "Blue", "is_published": "on"},
        wants=lambda _: {
            "slug": "blue",
            "changes": CollectionChanges(
                title="Blue", description="", is_published=True, product_ids=[]
            ),
        },
    ),
    Case(
        on=Collection,
        act="set_markets",
        roles={"catalog"},
        calls=f"{DESK}.collections.change_collection",
        row=a_collection,
        data=lambda _: rows_sent(
            "markets", {"market": "eu", "is_shown": "on", "begins": "2027-03-01T12:00"}, shown=1
        ),
        wants=lambda _: {
            "slug": "blue",
            "changes": CollectionChanges(
                publications=[Window(market_code="eu", published_from=NOON)]
            ),
        },
        audits={"markets": ["eu"]},
    ),
    Case(
        on=Import,
        act="cancel",
        roles={"catalog"},
        calls=f"{DESK}.imports.cancel_import",
        row=one(Import),
        wants=lambda row: {"import_id": row.pk},
    ),
]
