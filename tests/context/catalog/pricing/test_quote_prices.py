"""Quoting prices at a moment, from what the tables say."""

import datetime as dt

import pytest

from commerce.catalog.interface.dto import Grant, IntervalUnit, PlanKind, QuoteLine
from commerce.catalog.interface.errors import (
    NoPrice,
    UnknownPlan,
    UnknownPromotionCode,
    UnknownSku,
)
from commerce.catalog.models import Plan, ProductPublication, Variant
from commerce.catalog.plans.change_plan import change_plan
from commerce.catalog.plans.create_plan import create_plan
from commerce.catalog.plans.publish_plan import publish_plan
from commerce.catalog.plans.terms import NewPlan
from commerce.catalog.pricing.quote_prices import quote_prices
from commerce.catalog.pricing.set_price import set_price
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.retire_product import retire_product
from commerce.catalog.products.retire_variant import retire_variant
from commerce.shared.money import Money
from tests.factories.catalog import (
    MarketFactory,
    PriceFactory,
    ProductFactory,
    VariantFactory,
    bundled,
    offered,
    on_sale,
)

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
EARLIER, LATER = NOON - dt.timedelta(days=1), NOON + dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


def quote(*names, at=NOON, currency="USD", quantity=1, **more):
    """Ask like `quote("mug", "plan:coffee")`."""
    lines = [
        QuoteLine(plan=x.removeprefix("plan:"), quantity=quantity)
        if x.startswith("plan:")
        else QuoteLine(sku=x, quantity=quantity)
        for x in names
    ]
    return quote_prices(lines=lines, currency=currency, at=at, **more)


def unit_price(*names, **more):
    [line] = quote(*names, **more).lines
    return line.unit_price.minor


class TestQuotePrices:
    def test_prices_variants_and_plans_in_the_order_asked_for(self):
        mug = on_sale("mug", price=12_50, title="Mug")
        offered("membership", price=5_00, title="Membership")

        quoted = quote("plan:membership", "mug", quantity=2)

        assert [x.title for x in quoted.lines] == ["Membership", "Mug"]
        assert quoted.total == Money(35_00, "USD")
        assert quoted.lines[1].variant_id == mug.pk

    def test_names_the_variant_by_its_options(self):
        mug = VariantFactory(
            product=ProductFactory(title="Mug"),
            sku="red",
            options=[["Color", "Red"], ["Size", "L"]],
        )
        PriceFactory(variant=mug)

        assert quote("red").lines[0].title == "Mug – Red, L"

    def test_hands_on_what_a_line_needs_to_be_taxed_and_delivered(self):
        pills = VariantFactory(sku="pills", weight_g=50, tax_category="food", needs_approval=True)
        PriceFactory(variant=pills)

        [line] = quote("pills").lines

        assert (line.weight_g, line.tax_category, line.needs_approval, line.requires_shipping) == (
            *(50, "food", True, True),
        )

    def test_sells_no_bundle_of_something_that_is_not_sold(self):
        on_sale("tea", price=None)
        retired = on_sale("mug", price=None)
        bundled("breakfast", tea=1, mug=1)
        assert len(quote("breakfast").lines[0].components) == 2

        Variant.objects.filter(pk=retired.pk).update(retired_at=NOON)

        with pytest.raises(UnknownSku) as refused:
            quote("breakfast")
        assert refused.value.sku == "breakfast"

    def test_gives_the_access_of_everything_in_a_bundle(self):
        on_sale("course", price=None)
        Variant.objects.update(
            requires_shipping=False, grants=[{"feature": "course", "days": None}]
        )
        bundled("for-two", course=2)

        [line] = quote("for-two").lines

        assert list(line.grants) == [Grant(feature="course")] * 2
        assert not line.requires_shipping

    def test_sells_what_is_meant_for_some_markets_in_none_that_is_not_known(self):
        mug = on_sale("mug")
        MarketFactory(code="ca", currency="CAD")
        ProductPublication.objects.create(product=mug.product, market_code="ca")

        with pytest.raises(UnknownSku):
            quote("mug")

    def test_sells_what_is_meant_for_a_market_in_that_market(self):
        mug = on_sale("mug")
        ProductPublication.objects.create(product=mug.product, market_code=MarketFactory().code)

        assert quote("mug").total == Money(12_50, "USD")

    def test_needs_one_statement_for_variants_one_for_plans_and_one_for_promotions(
        self, django_assert_num_queries
    ):
        names = [on_sale(f"mug-{n}").sku for n in range(20)]
        names += [f"plan:{offered(f'plan-{n}').plan.code}" for n in range(20)]

        with django_assert_num_queries(3):
            quote(*names)

    @pytest.mark.parametrize("codes", [["WELCOME10"], ["", "A"]])
    def test_knows_no_code_that_nobody_made(self, codes):
        on_sale("mug")

        with pytest.raises(UnknownPromotionCode) as refused:
            quote("mug", promotion_codes=codes)

        assert refused.value.promotion_code == codes[0]

    def test_is_the_same_in_every_country_without_markets(self):
        on_sale("mug")

        assert quote("mug", country="DE") == quote("mug", country="US")


class TestQuoteAtAMoment:
    def test_has_the_price_of_that_moment(self):
        on_sale("mug", price=12_50)
        set_price(price=NewPrice(sku="mug", price=Money(9_99, "USD"), valid_until=LATER), now=NOON)

        assert [unit_price("mug", at=at) for at in (EARLIER, NOON, LATER)] == [12_50, 9_99, 12_50]

    def test_does_not_know_what_was_published_later(self):
        on_sale("mug", published_at=NOON)

        assert unit_price("mug", at=NOON) == 12_50
        with pytest.raises(UnknownSku):
            quote("mug", at=EARLIER)

    def test_still_knows_what_was_sold_before_it_was_retired(self):
        mug, cup = on_sale("mug"), on_sale("cup")
        retire_product(product_id=mug.product_id, now=NOON)
        retire_variant(variant_id=cup.pk, now=NOON)

        assert len(quote("mug", "cup", at=EARLIER).lines) == 2
        for sku in ("mug", "cup"):
            with pytest.raises(UnknownSku):
                quote(sku, at=NOON)

    def test_never_sells_a_draft(self):
        on_sale("mug", draft=True)

        with pytest.raises(UnknownSku):
            quote("mug")

    def test_refuses_a_currency_without_a_price_by_name(self):
        on_sale("mug")

        with pytest.raises(NoPrice) as refused:
            quote("mug", currency="EUR")

        assert (refused.value.item, refused.value.currency) == ("mug", "EUR")


class TestQuoteAPlan:
    def test_hands_its_terms_on(self):
        terms = offered("membership", trial_days=14, interval_unit="week", interval_count=2)

        [line] = quote("plan:membership").lines

        assert (line.plan.plan_id, line.plan.code, line.plan.version) == (
            *(terms.plan_id, "membership", 1),
        )
        assert (line.plan.kind, line.plan.feature, line.plan.sku) == (
            *(PlanKind.ACCESS, "membership", None),
        )
        assert (line.plan.interval_unit, line.plan.interval_count, line.plan.trial_days) == (
            *(IntervalUnit.WEEK, 2, 14),
        )
        assert not line.requires_shipping

    def test_of_goods_is_taxed_and_delivered_as_its_variant(self):
        on_sale("beans", price=8_00)
        Variant.objects.update(tax_category="food", weight_g=500)
        offered("coffee", price=6_99, sku="beans")

        [line] = quote("plan:coffee").lines

        assert (line.sku, line.plan.sku, line.unit_price.minor) == ("beans", "beans", 6_99)
        assert (line.tax_category, line.weight_g, line.requires_shipping) == ("food", 500, True)

    def test_of_goods_that_are_not_sold_is_not_offered_in_any_version(self):
        beans = on_sale("beans")
        on_sale("leaves")
        old = offered("coffee", sku="leaves")
        offered_again = NewPlan(
            code="coffee",
            title="Coffee",
            kind=PlanKind.GOODS,
            interval_unit=IntervalUnit.MONTH,
            sku="beans",
            amounts_minor={"USD": 7_99},
        )
        change_plan(plan=offered_again, now=EARLIER)
        publish_plan(plan_id=old.plan_id, now=EARLIER)
        retire_variant(variant_id=beans.pk, now=NOON)

        with pytest.raises(UnknownPlan):
            quote("plan:coffee")

    def test_is_unknown_before_it_is_published_and_after_it_is_retired(self):
        terms = offered("membership", published_at=NOON)
        with pytest.raises(UnknownPlan):
            quote("plan:membership", at=EARLIER)

        terms.plan.retire(at=LATER)
        terms.plan.save()

        assert unit_price("plan:membership", at=NOON) == 5_00
        with pytest.raises(UnknownPlan):
            quote("plan:membership", at=LATER)

    def test_refuses_a_currency_without_a_price_by_name(self):
        offered("membership")

        with pytest.raises(NoPrice) as refused:
            quote("plan:membership", currency="EUR")

        assert refused.value.item == "membership"


class TestGoldenCases:
    """Cases gathered from other systems that the catalog can carry; promotions bring the rest."""

    def test_cat_001_a_later_price_list_is_for_who_comes_later(self):
        # killbill/killbill issue 1110
        for start, amounts in (
            ("2019-02-01", {"a": 1000, "b": 2000}),
            ("2019-03-01", {"a": 1500, "c": 3000}),
        ):
            at = dt.datetime.fromisoformat(f"{start}T00:00:00+00:00")
            for code, amount in amounts.items():
                plan = access(code, {"USD": amount})
                known = Plan.objects.filter(code=code).exists()
                terms = (change_plan if known else create_plan)(plan=plan, now=at)
                publish_plan(plan_id=terms.plan_id, now=at)

        asked = [("a", "2019-02-15"), ("c", "2019-03-15"), ("a", "2019-04-15")]
        prices = [
            unit_price(f"plan:{code}", at=dt.datetime.fromisoformat(f"{day}T00:00:00+00:00"))
            for code, day in asked
        ]

        assert prices == [1000, 3000, 1500]

    def test_com_173_amounts_in_two_currencies_are_not_converted(self):
        # mercurjs/mercur commission-calculation.spec, here for a price
        mug = on_sale("mug", price=500)
        PriceFactory(variant=mug, currency="EUR", amount_minor=450)

        assert (unit_price("mug", currency="USD"), unit_price("mug", currency="EUR")) == (500, 450)


def access(code, amounts_minor):
    return NewPlan(
        code=code,
        title=code,
        kind=PlanKind.ACCESS,
        interval_unit=IntervalUnit.MONTH,
        feature="membership",
        amounts_minor=amounts_minor,
    )
