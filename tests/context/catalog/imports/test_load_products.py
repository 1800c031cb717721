"""Loading products from outside: again, after a kill, and with bad rows in between."""

import datetime as dt

import pytest

from commerce.catalog.imports import load_products as module
from commerce.catalog.imports.load_plans import load_plans
from commerce.catalog.imports.load_products import ProductToLoad, load_products
from commerce.catalog.interface.dto import IntervalUnit, PlanKind
from commerce.catalog.models import OutboxMessage, Plan, Price, Product
from commerce.catalog.plans.create_plan import create_plan
from commerce.catalog.plans.terms import NewPlan
from commerce.catalog.pricing.set_price import set_price
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.refusals import SkuTaken
from commerce.shared.money import Money
from tests.factories.catalog import described

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


def row(slug, *skus, minor=12_50, **fields):
    product = described(slug, *skus, **fields)
    prices = [] if minor is None else [price(x.sku, minor) for x in product.variants]
    return ProductToLoad(product=product, prices=prices)


def price(sku, minor):
    return NewPrice(sku=sku, price=Money(minor, "USD"))


def load(*rows, now=NOON):
    return load_products(products=rows, now=now)


class TestLoadProducts:
    def test_creates_prices_and_publishes(self):
        report = load(row("mug", "red", "blue"), row("cup"))

        assert (report.read, report.created, report.priced, report.published) == (2, 2, 3, 2)
        assert set(Product.objects.values_list("status", flat=True)) == {"published"}

    def test_changes_nothing_the_second_time(self):
        load(row("mug"), row("cup"))
        told = OutboxMessage.objects.count()

        report = load(row("mug"), row("cup"), now=LATER)

        assert (report.read, report.changed, report.refused) == (2, 0, [])
        assert OutboxMessage.objects.count() == told

    def test_leaves_what_has_no_price_as_a_draft(self):
        report = load(row("mug", minor=None))

        assert (report.created, report.published) == (1, 0)
        assert Product.objects.get().status == "draft"

    def test_leaves_a_price_that_staff_have_set(self):
        load(row("mug"))
        set_price(price=price("mug", 9_99), now=LATER)

        load(row("mug"), now=LATER)

        assert Price.objects.get(valid_until=None).amount_minor == 9_99

    def test_reports_bad_rows_and_loads_their_neighbours(self):
        report = load(row("mug"), row("bad", title=""), row("thief", "mug"), row("cup"))

        assert report.created == 2
        assert [(name, type(why)) for name, why in report.refused] == [
            ("bad", InvalidField),
            ("thief", SkuTaken),
        ]

    @pytest.mark.parametrize("step", ["set_prices", "publish_products"])
    def test_completes_what_a_killed_load_had_begun(self, monkeypatch, step):
        class Killed(BaseException):
            pass

        def die(**_):
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(module, step, die)
            with pytest.raises(Killed):
                load(row("mug"))

        report = load(row("mug"), now=LATER)

        assert (report.created, report.published) == (0, 1)
        assert Price.objects.count() == 1

    def test_goes_through_in_batches_and_says_how_far_it_is(self, monkeypatch):
        monkeypatch.setattr(module, "BATCH_SIZE", 2)
        seen = []

        load_products(
            products=(row(f"mug-{n}") for n in range(5)),
            now=NOON,
            progress=lambda report: seen.append(report.published),
        )

        assert seen == [2, 4, 5]


class TestLoadPlans:
    MEMBERSHIP = NewPlan(
        code="membership",
        title="Membership",
        kind=PlanKind.ACCESS,
        interval_unit=IntervalUnit.MONTH,
        feature="membership",
        amounts_minor={"USD": 5_00},
    )

    def test_offers_what_is_missing_once(self):
        assert load_plans(plans=[self.MEMBERSHIP], now=NOON) == 1
        assert load_plans(plans=[self.MEMBERSHIP], now=LATER) == 0

        assert Plan.objects.get().published_at == NOON

    def test_completes_what_a_killed_load_had_begun(self):
        create_plan(plan=self.MEMBERSHIP, now=NOON)

        assert load_plans(plans=[self.MEMBERSHIP], now=LATER) == 1
        assert Plan.objects.get().status == "published"
