"""What `catalog.quote_prices` promises, asked of the catalog and of its fake alike."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction

from commerce.catalog.interface import services as catalog
from commerce.catalog.interface.services import (
    Charge,
    ChargeModel,
    Grant,
    PlanPhase,
    QuoteLine,
    Tier,
)
from commerce.catalog.models import Variant
from commerce.catalog.plans.create_plan import create_plan
from commerce.catalog.plans.publish_plan import publish_plan
from commerce.catalog.plans.terms import NewPlan, PlanCharges
from commerce.shared.db import NeighbourCalledInTransaction
from commerce.shared.money import Money
from tests.factories.catalog import (
    MarketFactory,
    PriceFactory,
    PriceListFactory,
    bundled,
    offered,
    on_sale,
)
from tests.fakes.catalog import FakeCatalog, SoldIn, SoldVariant, part

SEATS = Charge(
    code="seats",
    title="Seats",
    model=ChargeModel.GRADUATED,
    tiers=(Tier(up_to=Decimal(5), flat_minor=100_00), Tier(unit_minor=Decimal(8_00))),
)
INTRO = PlanPhase(periods=2, percent_off=Decimal(50))
TEAM = {"anchor_day": 1, "setup_fee_minor": 49_00, "charges": (SEATS,), "phases": (INTRO,)}

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["real", "fake"])
def shop(request, monkeypatch):
    """A mug for 12.50, pills that somebody has to approve, a membership, and pills each month."""
    if request.param == "real":
        on_sale("mug", price=12_50, title="Mug")
        on_sale("pills", price=30_00, title="Pills")
        Variant.objects.filter(sku="pills").update(
            needs_approval=True, tax_category="food", weight_g=50
        )
        MarketFactory(code="us", countries=["US"])
        MarketFactory(code="ec", countries=["EC"], prices_include_tax=True, is_default=False)
        mug, pills = (Variant.objects.get(sku=sku) for sku in ("mug", "pills"))
        wholesale = PriceListFactory(customer_group="wholesale")
        PriceFactory(variant=mug, price_list=wholesale, amount_minor=9_00)
        pills.prices.update(compare_at_minor=35_00)
        PriceFactory(variant=pills, amount_minor=27_00, min_quantity=10)
        offered("membership", price=5_00, title="Membership", trial_days=14)
        offered("refill", price=25_00, title="Refill", sku="pills")
        beside = {name: TEAM[name] for name in ("setup_fee_minor", "charges", "phases")}
        team = NewPlan(
            code="team",
            title="Team",
            kind=catalog.PlanKind.ACCESS,
            interval_unit=catalog.IntervalUnit.MONTH,
            anchor_day=1,
            feature="membership",
            amounts_minor={"USD": 10_00},
            charges_by_currency={"USD": PlanCharges(**beside)},
        )
        publish_plan(plan_id=create_plan(plan=team, now=NOON).plan_id, now=NOON)
        bundled("kit", price=50_00, mug=2, pills=1)
        for sku in ("course", "portrait", "gift"):
            on_sale(sku, price=40_00)
        Variant.objects.filter(sku="course").update(
            requires_shipping=False, grants=[{"feature": "course", "days": 30}]
        )
        Variant.objects.filter(sku="portrait").update(made_to_order_days=14)
        Variant.objects.filter(sku="gift").update(requires_shipping=False, is_gift_card=True)
        for sku in ("kit", "portrait", "course"):
            offered(f"{sku}-monthly", price=9_00, sku=sku)
        return
    fake = FakeCatalog().install(monkeypatch)
    fake.prices |= {"mug": Money(12_50, "USD"), "pills": Money(30_00, "USD")}
    fake.variants["pills"] = SoldVariant(needs_approval=True, tax_category="food", weight_g=50)
    fake.markets = [
        SoldIn(code="us", countries=["US"]),
        SoldIn(code="ec", countries=["EC"], prices_include_tax=True, is_default=False),
    ]
    fake.group_prices["wholesale", "mug"] = Money(9_00, "USD")
    fake.tiers["pills", 10] = Money(27_00, "USD")
    fake.compare_at["pills"] = Money(35_00, "USD")
    fake.offer("membership", Money(5_00, "USD"), trial_days=14)
    fake.offer("refill", Money(25_00, "USD"), sku="pills")
    fake.offer("team", Money(10_00, "USD"), **TEAM)
    fake.prices["kit"] = Money(50_00, "USD")
    contents = [part("mug", 2), part("pills", needs_approval=True, weight_g=50)]
    fake.variants["kit"] = SoldVariant(components=contents)
    fake.prices |= dict.fromkeys(("course", "portrait", "gift"), Money(40_00, "USD"))
    fake.variants["course"] = SoldVariant(
        requires_shipping=False, grants=[Grant(feature="course", days=30)]
    )
    fake.variants["portrait"] = SoldVariant(made_to_order_days=14)
    fake.variants["gift"] = SoldVariant(requires_shipping=False, is_gift_card=True)
    for sku in ("kit", "portrait", "course"):
        fake.offer(f"{sku}-monthly", Money(9_00, "USD"), sku=sku)


def quote(*lines, currency="USD", **more):
    return catalog.quote_prices(lines=lines, currency=currency, at=NOON, **more)


@pytest.mark.usefixtures("shop")
class TestQuotePrices:
    def test_prices_every_line_in_the_order_given(self):
        quoted = quote(QuoteLine(plan="membership", quantity=1), QuoteLine(sku="mug", quantity=2))

        assert [x.title for x in quoted.lines] == ["Membership", "Mug"]
        assert [x.total.minor for x in quoted.lines] == [5_00, 25_00]
        assert (quoted.total, quoted.currency, quoted.quoted_at) == (
            *(Money(30_00, "USD"), "USD", NOON),
        )

    def test_adds_up_line_by_line(self):
        [line] = quote(QuoteLine(sku="mug", quantity=3)).lines

        assert line.total == line.unit_price * line.quantity - line.discount

    def test_gives_the_same_answer_to_the_same_question(self):
        lines = [QuoteLine(sku="mug", quantity=3), QuoteLine(plan="refill", quantity=1)]

        assert quote(*lines) == quote(*lines)

    def test_says_what_a_variant_needs(self):
        mug, pills = quote(
            QuoteLine(sku="mug", quantity=1), QuoteLine(sku="pills", quantity=1)
        ).lines

        assert (mug.requires_shipping, mug.needs_approval, mug.tax_category) == (
            *(True, False, "general"),
        )
        assert (pills.needs_approval, pills.tax_category, pills.weight_g) == (True, "food", 50)
        assert mug.variant_id is not None
        assert mug.plan is None

    def test_says_what_a_plan_of_access_grants(self):
        [line] = quote(QuoteLine(plan="membership", quantity=1)).lines

        assert (line.plan.code, line.plan.version, line.plan.kind) == ("membership", 1, "access")
        assert (line.plan.interval_unit, line.plan.interval_count, line.plan.trial_days) == (
            *("month", 1, 14),
        )
        assert (line.plan.feature, line.plan.sku, line.sku) == ("membership", None, None)
        assert not line.requires_shipping

    def test_says_what_a_plan_of_goods_delivers(self):
        [line] = quote(QuoteLine(plan="refill", quantity=1)).lines

        assert (line.plan.kind, line.plan.sku, line.plan.feature) == ("goods", "pills", None)
        assert (line.sku, line.requires_shipping, line.needs_approval) == ("pills", True, True)

    def test_says_all_that_a_plan_costs(self):
        [line] = quote(QuoteLine(plan="team", quantity=7)).lines

        assert (line.plan.price, line.unit_price) == (Money(10_00, "USD"), Money(5_00, "USD"))
        assert (line.plan.charges, line.plan.phases) == ((SEATS,), (INTRO,))
        assert {charge.code: charge.amount.minor for charge in line.charges} == {
            "seats": 58_00,
            "setup_fee": 49_00,
        }
        assert line.total.minor == 7 * 5_00 + 58_00 + 49_00

    def test_charges_the_days_of_a_short_first_period(self):
        [line] = quote(QuoteLine(plan="team", quantity=2, begins_on=dt.date(2027, 3, 22))).lines

        assert line.unit_price.minor == 1_61
        assert line.total.minor == 2 * 1_61 + 16_13 + 49_00

    def test_prices_later_periods_by_the_same_terms(self):
        [line] = quote(QuoteLine(plan="team", quantity=7)).lines

        totals = [
            catalog.price_period(terms=line.plan, quantity=7, period=period).total.minor
            for period in range(4)
        ]

        assert totals == [line.total.minor, 93_00, 186_00, 186_00]

    def test_says_what_is_in_a_bundle(self):
        [line] = quote(QuoteLine(sku="kit", quantity=3)).lines

        assert line.total == Money(150_00, "USD")
        assert [(x.sku, x.title, x.quantity) for x in line.components] == [
            ("mug", "Mug", 2),
            ("pills", "Pills", 1),
        ]
        assert all(x.requires_shipping for x in line.components)
        assert (line.requires_shipping, line.needs_approval, line.weight_g) == (True, True, 50)

    def test_says_what_a_plan_delivers_as_of_a_single_sale(self):
        names = ("kit", "portrait")
        kit, portrait = quote(*(QuoteLine(plan=f"{x}-monthly", quantity=1) for x in names)).lines

        assert [(x.sku, x.quantity) for x in kit.components] == [("mug", 2), ("pills", 1)]
        assert (kit.requires_shipping, kit.needs_approval, kit.weight_g) == (True, True, 50)
        assert (list(portrait.components), portrait.made_to_order_days) == ([], 14)

    def test_offers_no_plan_of_goods_that_are_not_shipped(self):
        with pytest.raises(catalog.UnknownPlan):
            quote(QuoteLine(plan="course-monthly", quantity=1))

    def test_says_what_a_digital_variant_grants(self):
        [line] = quote(QuoteLine(sku="course", quantity=1)).lines

        assert list(line.grants) == [Grant(feature="course", days=30)]
        assert not line.requires_shipping

    def test_says_what_is_made_to_order_and_what_is_a_gift_card(self):
        mug, portrait, gift = quote(
            *(QuoteLine(sku=x, quantity=1) for x in ("mug", "portrait", "gift"))
        ).lines

        assert [x.made_to_order_days for x in (mug, portrait, gift)] == [None, 14, None]
        assert [x.is_gift_card for x in (mug, portrait, gift)] == [False, False, True]
        assert [len(x.components) + len(x.grants) for x in (mug, portrait, gift)] == [0, 0, 0]

    @pytest.mark.parametrize(
        ("country", "currency", "market", "is_gross"),
        [
            ("US", "USD", "us", False),
            ("EC", "USD", "ec", True),
            ("FR", "USD", "us", False),
            (None, "USD", "us", False),
            ("US", "EUR", None, False),
        ],
    )
    def test_says_which_market_it_is_for_and_whether_tax_is_in_its_prices(
        self, country, currency, market, is_gross
    ):
        quoted = quote(country=country, currency=currency)

        assert (quoted.market, quoted.prices_include_tax) == (market, is_gross)

    def test_knows_the_market_of_its_lines(self):
        quoted = quote(QuoteLine(sku="mug", quantity=1), country="EC")

        assert (quoted.market, quoted.prices_include_tax) == ("ec", True)

    def test_has_prices_for_a_group_of_customers(self):
        mugs = [
            quote(QuoteLine(sku="mug", quantity=1), customer_group=group).total.minor
            for group in ("", "staff", "wholesale")
        ]

        assert mugs == [12_50, 12_50, 9_00]

    def test_is_cheaper_from_a_quantity_on_that_all_lines_reach_together(self):
        pills = [
            quote(*(QuoteLine(sku="pills", quantity=n) for n in split)).total.minor
            for split in ([9], [10], [4, 6])
        ]

        assert pills == [9 * 30_00, 10 * 27_00, 10 * 27_00]

    def test_has_the_regular_price_beside_a_reduced_one(self):
        mug, pills = quote(
            QuoteLine(sku="mug", quantity=1), QuoteLine(sku="pills", quantity=1)
        ).lines

        assert (mug.compare_at, pills.compare_at) == (None, Money(35_00, "USD"))

    def test_is_empty_for_no_lines(self):
        assert quote().total == Money.zero("USD")

    @pytest.mark.parametrize(
        ("line", "currency", "refusal", "details"),
        [
            (QuoteLine(sku="cup", quantity=1), "USD", catalog.UnknownSku, {"sku": "cup"}),
            (QuoteLine(plan="mug", quantity=1), "USD", catalog.UnknownPlan, {"plan": "mug"}),
            (
                *(QuoteLine(sku="mug", quantity=1), "EUR", catalog.NoPrice),
                {"item": "mug", "currency": "EUR"},
            ),
            (
                *(QuoteLine(plan="refill", quantity=1), "EUR", catalog.NoPrice),
                {"item": "refill", "currency": "EUR"},
            ),
        ],
    )
    def test_refuses_with_what_the_caller_needs_to_act(self, line, currency, refusal, details):
        with pytest.raises(refusal) as refused:
            quote(line, currency=currency)

        assert refused.value.details() == details

    def test_refuses_a_promotion_code_it_does_not_know(self):
        with pytest.raises(catalog.UnknownPromotionCode) as refused:
            quote(QuoteLine(sku="mug", quantity=1), promotion_codes=["WELCOME10"])

        assert refused.value.promotion_code == "WELCOME10"

    @pytest.mark.parametrize(
        "line", [QuoteLine(quantity=1), QuoteLine(sku="mug", quantity=0)], ids=["nothing", "none"]
    )
    def test_takes_no_line_that_contradicts_itself(self, line):
        with pytest.raises(ValueError):  # noqa: PT011 - a mistake of the caller, not a refusal with words to match
            quote(line)

    def test_is_never_asked_inside_a_transaction(self):
        with transaction.atomic(), pytest.raises(NeighbourCalledInTransaction):
            quote(QuoteLine(sku="mug", quantity=1))


@pytest.mark.usefixtures("shop")
class TestNewestTerms:
    def test_are_those_that_a_quote_has(self):
        [line] = quote(QuoteLine(plan="team", quantity=1)).lines

        assert catalog.newest_terms(plan="team", at=NOON) == {"USD": line.plan}

    def test_are_only_of_plans_that_were_ever_offered(self):
        with pytest.raises(catalog.UnknownPlan) as refused:
            catalog.newest_terms(plan="mug", at=NOON)

        assert refused.value.plan == "mug"
