"""Migrations: whoever subscribed to a plan is moved to its newest terms, once, and counted."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from functools import partial
from unittest import mock

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commerce.billing import tasks
from commerce.billing.models import OutboxMessage, Subscription, SubscriptionMigration
from commerce.billing.subscriptions import migrate_subscriptions as migrating
from commerce.billing.subscriptions.migrate_subscriptions import migrate_subscriptions
from commerce.billing.subscriptions.run_billing import run_billing
from commerce.billing.subscriptions.start_migration import MigrationRunning, start_migration
from commerce.catalog.interface import services as catalog
from commerce.catalog.interface.services import (
    Charge,
    ChargeModel,
    IntervalUnit,
    PlanKind,
    PlanPhase,
    PlanTerms,
)
from commerce.identity.models import AuditEntry
from commerce.shared.codec import to_plain
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.at_once import at_once
from tests.factories.billing import SubscriptionFactory, TaxRateFactory
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2027, 3, 10, 12, tzinfo=dt.UTC)
NEXT_MONTH = dt.datetime(2027, 4, 1, tzinfo=dt.UTC)
SUPPORT = Charge(code="support", title="Support", model=ChargeModel.FLAT, unit_minor=Decimal(5_00))
NEW = PlanTerms(
    plan_id=new_id(),
    code="membership-monthly",
    version=3,
    title="Membership 2027",
    kind=PlanKind.ACCESS,
    interval_unit=IntervalUnit.MONTH,
    interval_count=1,
    trial_days=0,
    feature="members",
    price=Money(12_00, "USD"),
)


@pytest.fixture(autouse=True)
def offered(monkeypatch):
    """The newest terms of the plan, by currency; a test may change them."""
    terms = {"USD": NEW}

    def newest_terms(*, plan, at):
        if plan != NEW.code:
            raise catalog.UnknownPlan(plan=plan)
        return terms

    monkeypatch.setattr(catalog, "newest_terms", newest_terms)
    return terms


def subscribed(**more):
    return SubscriptionFactory(
        **{"started_at": dt.datetime(2027, 3, 1, tzinfo=dt.UTC), "periods_billed": 1} | more
    )


def migrated(*, is_dry_run=False):
    started = start_migration(plan=NEW.code, is_dry_run=is_dry_run, now=NOON)
    return migrate_subscriptions(migration_id=started.pk, now=NOON)


def again(row):
    return Subscription.objects.get(pk=row.pk)


class TestAMigration:
    def test_moves_subscriptions_to_the_newest_terms(self):
        row = subscribed(quantity=2)

        done = migrated()

        moved = again(row)
        assert (moved.plan_version, moved.title) == (3, "Membership 2027")
        assert (moved.unit_price_minor, moved.terms) == (12_00, None)
        assert (done.status, done.moved, done.left) == ("finished", 1, {})
        assert done.amounts == {"USD": {"before": 20_00, "after": 24_00}}

    def test_holds_from_the_next_period_on(self):
        TaxRateFactory()
        row = subscribed()
        migrated()

        run_billing(now=NEXT_MONTH)

        assert [x.net_minor for x in row.invoices.all()] == [12_00]

    def test_brings_charges_and_what_is_left_of_phases(self, offered):
        TaxRateFactory()
        offered["USD"] = replace(
            NEW,
            charges=(SUPPORT,),
            phases=(PlanPhase(periods=2, percent_off=Decimal(50)),),
        )
        row = subscribed()

        done = migrated()
        run_billing(now=NEXT_MONTH)
        run_billing(now=NEXT_MONTH + dt.timedelta(days=30))

        assert done.amounts == {"USD": {"before": 10_00, "after": 8_50}}
        nets = row.invoices.order_by("period_start").values_list("net_minor", flat=True)
        assert list(nets) == [8_50, 17_00]

    def test_asks_no_setup_fee_from_who_is_here_already(self, offered):
        offered["USD"] = replace(NEW, setup_fee_minor=49_00, anchor_day=15)
        row = subscribed(periods_billed=0)

        done = migrated()

        assert again(row).terms is None
        assert done.amounts["USD"]["after"] == 12_00

    def test_keeps_the_fee_and_the_day_that_were_agreed(self, offered):
        old = replace(NEW, version=1, setup_fee_minor=9_00, anchor_day=20, charges=(SUPPORT,))
        row = subscribed(periods_billed=0, terms=to_plain(old))

        done = migrated()

        kept = again(row).terms
        assert (kept["setup_fee_minor"], kept["anchor_day"], kept["charges"]) == (9_00, 20, [])
        assert done.amounts == {"USD": {"before": 26_00, "after": 21_00}}

    def test_foresees_what_the_short_period_after_a_trial_is_billed(self, offered):
        TaxRateFactory()
        trial_ends_at = dt.datetime(2027, 3, 21, tzinfo=dt.UTC)
        old = replace(NEW, version=1, price=Money(10_00, "USD"), anchor_day=1)
        row = subscribed(
            status="trialing",
            periods_billed=0,
            terms=to_plain(old),
            anchor_date=NEXT_MONTH.date(),
            trial_ends_at=trial_ends_at,
            current_period_start=dt.datetime(2027, 3, 1, tzinfo=dt.UTC),
            current_period_end=trial_ends_at,
            next_billing_at=trial_ends_at,
        )

        foreseen = migrated(is_dry_run=True).amounts
        done = migrated().amounts
        run_billing(now=trial_ends_at)

        # Eleven of the 31 days of March.
        assert foreseen == done == {"USD": {"before": 3_55, "after": 4_26}}
        assert row.invoices.get().net_minor == 4_26

    def test_overwrites_no_terms_that_came_after_it_had_looked(self, monkeypatch):
        row = subscribed()
        decide = migrating._decide

        def slowly(*args):
            Subscription.objects.update(plan_version=4)
            return decide(*args)

        monkeypatch.setattr(migrating, "_decide", slowly)

        assert (migrated().moved, again(row).plan_version) == (0, 4)

    def test_tells_of_each_once(self):
        row = subscribed()

        migrated()
        migrated()

        [told] = OutboxMessage.objects.filter(name="billing.subscription_terms_changed.v1")
        assert told.payload["subscription_id"] == str(row.pk)
        assert told.payload["next_price"] == {"amount": 12_00, "currency": "USD"}

    @pytest.mark.parametrize("status", ["trialing", "past_due", "unpaid", "paused"])
    def test_moves_whoever_is_still_subscribed(self, status):
        billed = status in ("trialing", "past_due")
        row = subscribed(status=status, **({} if billed else {"next_billing_at": None}))

        migrated()

        assert again(row).plan_version == 3

    def test_leaves_other_plans_newer_terms_and_who_has_gone_alone(self):
        others = [
            subscribed(plan_code="coffee"),
            subscribed(plan_version=4),
            subscribed(status="canceled", next_billing_at=None),
        ]

        done = migrated()

        assert (done.moved, done.left) == (0, {})
        assert [again(row).plan_version for row in others] == [1, 4, 1]

    @pytest.mark.parametrize(
        ("reason", "held"),
        [
            ("no_price_in_currency", {"currency": "EUR"}),
            ("delivers_something_else", {"feature": "lounge"}),
            ("delivers_something_else", {"goods": True}),
            ("other_interval", {"interval_count": 3}),
            ("failed", {"terms": {"code": "membership-monthly"}}),
        ],
    )
    def test_says_who_keeps_their_terms_and_why(self, reason, held):
        moved, kept = subscribed(), subscribed(**held)

        done = migrated()

        assert (done.moved, done.left) == (1, {reason: 1})
        assert (again(moved).plan_version, again(kept).plan_version) == (3, 1)

    def test_leaves_nobody_out_when_its_own_time_is_over(self, monkeypatch):
        subscribed()
        monkeypatch.setattr(migrating, "move_of", mock.Mock(side_effect=SoftTimeLimitExceeded))

        with pytest.raises(SoftTimeLimitExceeded):
            migrated()

        assert SubscriptionMigration.objects.get().left == {}


class TestADryRun:
    def test_says_the_same_and_changes_nothing(self):
        rows = [subscribed(quantity=3), subscribed(currency="EUR")]

        dry = migrated(is_dry_run=True)

        assert [again(row).plan_version for row in rows] == [1, 1]
        assert not OutboxMessage.objects.exists()
        wet = migrated()
        assert (dry.moved, dry.left, dry.amounts) == (wet.moved, wet.left, wet.amounts)


class TestBatches:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch):
        monkeypatch.setattr(migrating, "BATCH_SIZE", 2)

    def test_come_to_the_same_stopped_and_resumed_as_in_one_run(self):
        rows = [subscribed() for _ in range(5)]
        started = start_migration(plan=NEW.code, is_dry_run=False, now=NOON)

        answers = iter([True, False])
        first = migrate_subscriptions(
            migration_id=started.pk, now=NOON, keep_going=lambda: next(answers)
        )
        assert (first.status, first.moved) == ("running", 2)
        done = migrate_subscriptions(migration_id=started.pk, now=NOON)

        assert (done.status, done.moved) == ("finished", 5)
        assert done.amounts == {"USD": {"before": 50_00, "after": 60_00}}
        assert {again(row).plan_version for row in rows} == {3}

    def test_are_undone_whole_when_they_die(self, monkeypatch):
        rows = [subscribed() for _ in range(3)]
        started = start_migration(plan=NEW.code, is_dry_run=False, now=NOON)

        def dies(*messages, **_when):
            raise ConnectionError

        with monkeypatch.context() as broken:
            broken.setattr(migrating, "publish", dies)
            with pytest.raises(ConnectionError):
                migrate_subscriptions(migration_id=started.pk, now=NOON)
        assert {again(row).plan_version for row in rows} == {1}

        assert migrate_subscriptions(migration_id=started.pk, now=NOON).moved == 3

    def test_cost_the_same_statements_for_one_and_for_a_hundred(self, monkeypatch):
        monkeypatch.setattr(migrating, "BATCH_SIZE", 1_000)
        subscribed()
        with CaptureQueriesContext(connection) as one:
            migrated()
        template = subscribed()
        Subscription.objects.bulk_create(_copy(template) for _ in range(99))

        with CaptureQueriesContext(connection) as hundred:
            assert migrated().moved == 100

        assert len(hundred) == len(one) <= 16

    @pytest.mark.django_db(transaction=True)
    def test_are_done_once_by_two_at_once(self):
        for _ in range(10):
            subscribed()
        started = start_migration(plan=NEW.code, is_dry_run=False, now=NOON)

        outcomes = at_once([partial(migrate_subscriptions, migration_id=started.pk, now=NOON)] * 4)

        done = SubscriptionMigration.objects.get()
        assert outcomes == {"done": 4}
        assert (done.moved, done.amounts["USD"]["after"]) == (10, 120_00)
        assert OutboxMessage.objects.count() == 10


class TestStarting:
    def test_twice_is_one_migration(self):
        first, second = (
            start_migration(plan=NEW.code, is_dry_run=False, now=NOON) for _ in range(2)
        )

        assert first == second

    def test_waits_until_one_to_other_terms_is_done(self, offered):
        start_migration(plan=NEW.code, is_dry_run=False, now=NOON)
        offered["USD"] = replace(NEW, version=4)

        with pytest.raises(MigrationRunning):
            start_migration(plan=NEW.code, is_dry_run=False, now=NOON)

    def test_knows_its_plans(self):
        with pytest.raises(catalog.UnknownPlan):
            start_migration(plan="nothing", is_dry_run=True, now=NOON)


class TestTheClock:
    def test_goes_on_with_whatever_is_not_finished(self):
        row = subscribed()
        start_migration(plan=NEW.code, is_dry_run=False, now=NOON)

        tasks.migrate_subscriptions()

        assert again(row).plan_version == 3


class TestTheShell:
    def test_prints_what_would_be_and_then_what_was_done(self, capsys):
        subscribed()
        subscribed(interval_count=3)

        call_command("migrate_subscriptions", NEW.code, "--dry-run")
        call_command("migrate_subscriptions", NEW.code)

        out = capsys.readouterr().out
        assert "would move 1 subscriptions to version 3" in out
        assert "\nmoved 1 subscriptions to version 3" in out
        assert "left 1: other_interval" in out
        assert "next period before tax: 10.00 USD before, 12.00 USD after" in out

    def test_says_which_plan_it_does_not_know(self):
        with pytest.raises(CommandError, match="nothing is not offered"):
            call_command("migrate_subscriptions", "nothing")


class TestOverRest:
    URL = "/v1/subscription-migrations"

    @pytest.fixture
    def finance(self, sign_in):
        return sign_in(UserFactory(roles=["finance"]))

    def test_is_for_finance(self, api, sign_in):
        assert api.post(self.URL, {"plan": NEW.code}, format="json").status_code == 401
        for roles in ([], ["warehouse"]):
            caller = sign_in(UserFactory(roles=roles))
            assert caller.post(self.URL, {"plan": NEW.code}, format="json").status_code == 403
            assert caller.get(self.URL).status_code == 403

    def test_is_a_dry_run_unless_they_say_otherwise(self, finance):
        subscribed()

        answer = finance.post(self.URL, {"plan": NEW.code}, format="json")

        body = answer.json()
        assert (answer.status_code, body["dry_run"], body["status"]) == (202, True, "running")
        tasks.migrate_subscriptions()
        read = finance.get(f"{self.URL}/{body['id']}").json()
        assert (read["status"], read["moved"], read["left"]) == ("finished", 1, [])
        assert read["amounts"] == [
            {
                "before": {"amount": 10_00, "currency": "USD"},
                "after": {"amount": 12_00, "currency": "USD"},
            }
        ]
        assert finance.get(self.URL).json()["data"] == [read]
        assert Subscription.objects.get().plan_version == 1

    def test_leaves_who_did_it_in_the_trail(self, finance):
        finance.post(self.URL, {"plan": NEW.code, "dry_run": False}, format="json")

        [entry] = AuditEntry.objects.filter(action="billing.subscription_migration.start")
        assert entry.details == {"plan": NEW.code, "dry_run": False}

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"plan": 1},
            {"plan": NEW.code, "dry_run": "no"},
            {"plan": NEW.code, "dry_run": 0},
            {"plan": "x", "to": 2},
            {"plan": "x"},
        ],
    )
    def test_refuses_what_it_does_not_understand(self, finance, body):
        assert finance.post(self.URL, body, format="json").status_code == 422
        assert not SubscriptionMigration.objects.exists()


def _copy(row):
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    del values["id"]
    return Subscription(**values)
