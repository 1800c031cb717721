"""Plans: terms in versions that never change, offered one after another."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from commerce.catalog.interface.dto import Charge, ChargeModel, IntervalUnit, PlanKind, Tier
from commerce.catalog.models import Plan, PlanPrice, PlanVersion, Variant
from commerce.catalog.plans.change_plan import change_plan
from commerce.catalog.plans.create_plan import PlanCodeTaken, create_plan
from commerce.catalog.plans.publish_plan import PlanGoodsNotShipped, publish_plan
from commerce.catalog.plans.queries import PlanRetired, UnknownPlanId
from commerce.catalog.plans.retire_plan import retire_plan
from commerce.catalog.plans.terms import NewPlan, PlanCharges
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.queries import UnknownVariant
from commerce.shared.errors import Stale
from commerce.shared.ids import new_id
from tests.at_once import at_once
from tests.factories.catalog import bundled, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(days=1)

COFFEE = NewPlan(
    code="coffee",
    title="Coffee every month",
    kind=PlanKind.GOODS,
    interval_unit=IntervalUnit.MONTH,
    trial_days=7,
    sku="beans",
    amounts_minor={"USD": 6_99, "EUR": 5_99},
)


SEATS = Charge(
    code="seats",
    title="Seats",
    model=ChargeModel.GRADUATED,
    tiers=(Tier(up_to=Decimal(10), unit_minor=Decimal("0.5")), Tier(flat_minor=1_00)),
)
TIERED = {
    "USD": PlanCharges(setup_fee_minor=10_00, charges=(SEATS,)),
    "EUR": PlanCharges(setup_fee_minor=9_00, charges=(SEATS,)),
}


@pytest.fixture
def beans():
    return on_sale("beans")


@pytest.mark.django_db
@pytest.mark.usefixtures("beans")
class TestCreatePlan:
    def test_stores_the_terms_and_offers_nothing_yet(self, beans):
        version = create_plan(plan=COFFEE, now=NOON)

        assert (version.plan.code, version.plan.status, version.version) == ("coffee", "draft", 1)
        assert (version.variant, version.trial_days, version.published_at) == (beans, 7, None)
        assert dict(version.prices.values_list("currency", "amount_minor")) == {
            "USD": 6_99,
            "EUR": 5_99,
        }

    def test_gives_the_version_that_has_the_same_terms(self):
        first = create_plan(plan=COFFEE, now=NOON)

        assert create_plan(plan=replace(COFFEE), now=LATER) == first

    @pytest.mark.parametrize("change", [{"title": "Coffee"}, {"charges_by_currency": TIERED}])
    def test_does_not_take_a_code_that_has_other_terms(self, change):
        create_plan(plan=COFFEE, now=NOON)

        with pytest.raises(PlanCodeTaken):
            create_plan(plan=replace(COFFEE, **change), now=LATER)

        assert PlanVersion.objects.count() == 1

    def test_stores_what_a_period_costs_beside_its_units(self):
        plan = replace(COFFEE, charges_by_currency=TIERED)

        version = create_plan(plan=plan, now=NOON)

        assert create_plan(plan=plan, now=LATER) == version
        assert version.prices.get(currency="EUR").setup_fee_minor == 9_00
        [charge] = version.prices.get(currency="USD").charges
        assert (charge["code"], charge["tiers"][0]["unit_minor"]) == ("seats", "0.5")

    def test_needs_something_to_deliver(self):
        with pytest.raises(UnknownVariant):
            create_plan(plan=replace(COFFEE, sku="leaves"), now=NOON)

    def test_refuses_what_contradicts_a_rule(self):
        with pytest.raises(InvalidField):
            create_plan(plan=replace(COFFEE, interval_count=0), now=NOON)

        assert not Plan.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("beans")
class TestChangePlan:
    @pytest.mark.parametrize(
        "change",
        [
            {"title": "Coffee"},
            {"trial_days": 0},
            {"anchor_day": 1},
            {"amounts_minor": {"USD": 6_99}},
            {"charges_by_currency": TIERED},
        ],
    )
    def test_writes_a_new_version_and_keeps_the_old(self, change):
        first = create_plan(plan=COFFEE, now=NOON)

        second = change_plan(plan=replace(COFFEE, **change), now=LATER)

        assert (second.plan, second.version, second.published_at) == (first.plan, 2, None)
        assert Plan.objects.get().revision == 2
        first = PlanVersion.objects.get(pk=first.pk)
        assert (first.title, first.prices.count()) == ("Coffee every month", 2)

    def test_changes_nothing_where_nothing_is_different(self):
        first = create_plan(plan=COFFEE, now=NOON)

        assert change_plan(plan=COFFEE, now=LATER) == first
        assert Plan.objects.get().revision == 1

    def test_refuses_who_has_read_an_older_plan(self):
        create_plan(plan=COFFEE, now=NOON)
        change_plan(plan=replace(COFFEE, title="Coffee"), expected_revision=1, now=NOON)

        with pytest.raises(Stale) as refused:
            change_plan(plan=replace(COFFEE, title="Tea"), expected_revision=1, now=LATER)

        assert refused.value.current_version == 2

    def test_knows_its_plans(self):
        with pytest.raises(UnknownPlanId):
            change_plan(plan=COFFEE, now=NOON)


@pytest.mark.django_db
@pytest.mark.usefixtures("beans")
class TestPublishPlan:
    def test_offers_the_latest_version(self):
        version = create_plan(plan=COFFEE, now=NOON)

        plan = publish_plan(plan_id=version.plan_id, now=LATER)

        version.refresh_from_db()
        assert (plan.status, plan.published_at, version.published_at) == (
            *("published", LATER, LATER),
        )

    def test_changes_nothing_the_second_time(self):
        version = create_plan(plan=COFFEE, now=NOON)
        publish_plan(plan_id=version.plan_id, now=NOON)

        publish_plan(plan_id=version.plan_id, now=LATER)

        version.refresh_from_db()
        assert version.published_at == NOON

    def test_offers_a_new_version_from_then_on(self):
        first = create_plan(plan=COFFEE, now=NOON)
        publish_plan(plan_id=first.plan_id, now=NOON)
        second = change_plan(plan=replace(COFFEE, title="Coffee"), now=NOON)

        plan = publish_plan(plan_id=first.plan_id, now=LATER)

        second.refresh_from_db()
        assert (plan.published_at, second.published_at) == (NOON, LATER)

    @pytest.mark.parametrize("contents", [{}, {"course": 2}], ids=["access", "bundle_of_access"])
    def test_refuses_goods_that_are_not_shipped(self, contents):
        course = on_sale("course")
        Variant.objects.filter(pk=course.pk).update(requires_shipping=False)
        sku = bundled("classes", **contents).sku if contents else "course"
        version = create_plan(plan=replace(COFFEE, sku=sku), now=NOON)

        with pytest.raises(PlanGoodsNotShipped):
            publish_plan(plan_id=version.plan_id, now=NOON)

        assert Plan.objects.get().status == "draft"

    def test_offers_a_bundle_of_which_something_is_shipped(self):
        version = create_plan(plan=replace(COFFEE, sku=bundled("box", beans=2).sku), now=NOON)

        assert publish_plan(plan_id=version.plan_id, now=NOON).status == "published"

    def test_knows_its_plans(self):
        with pytest.raises(UnknownPlanId):
            publish_plan(plan_id=new_id(), now=NOON)


@pytest.mark.django_db
@pytest.mark.usefixtures("beans")
class TestRetirePlan:
    def test_is_for_good(self):
        version = create_plan(plan=COFFEE, now=NOON)
        publish_plan(plan_id=version.plan_id, now=NOON)

        retire_plan(plan_id=version.plan_id, now=NOON)
        retire_plan(plan_id=version.plan_id, now=LATER)

        assert (Plan.objects.get().status, Plan.objects.get().retired_at) == ("retired", NOON)
        with pytest.raises(PlanRetired):
            publish_plan(plan_id=version.plan_id, now=LATER)
        with pytest.raises(PlanRetired):
            change_plan(plan=replace(COFFEE, title="Coffee"), now=LATER)


@pytest.mark.django_db(transaction=True)
class TestPlansSideBySide:
    def test_make_one_version_for_all_who_write_the_same_terms(self):
        on_sale("beans")

        outcomes = at_once([lambda: create_plan(plan=COFFEE, now=NOON)] * 32)

        assert outcomes == {"done": 32}
        assert (Plan.objects.count(), PlanVersion.objects.count()) == (1, 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("beans")
class TestTheDatabase:
    @pytest.mark.parametrize("change", [{"title": "Tea"}, {"trial_days": 0}, {"version": 7}])
    def test_itself_keeps_terms_as_they_were_written(self, change):
        create_plan(plan=COFFEE, now=NOON)

        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            PlanVersion.objects.update(**change)

    def test_itself_keeps_the_day_terms_were_published(self):
        version = create_plan(plan=COFFEE, now=NOON)
        publish_plan(plan_id=version.plan_id, now=NOON)

        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            PlanVersion.objects.update(published_at=LATER)

    def test_itself_keeps_prices(self):
        create_plan(plan=COFFEE, now=NOON)

        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            PlanPrice.objects.update(amount_minor=1)
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            PlanPrice.objects.update(charges=[])
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            PlanPrice.objects.filter(currency="EUR").delete()
