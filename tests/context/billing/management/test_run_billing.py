"""`manage.py run_billing`: the clock's own run, by hand, now or as of another instant."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from tests.factories.billing import SubscriptionFactory, TaxRateFactory

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("run_billing", *arguments, stdout=out)
    return out.getvalue().strip()


@pytest.fixture(autouse=True)
def subscription():
    TaxRateFactory()
    return SubscriptionFactory(started_at=dt.datetime(2127, 1, 31, tzinfo=dt.UTC))


class TestRunBilling:
    def test_bills_as_of_another_instant(self, subscription):
        assert run("--now", "2127-02-28T00:00:00Z") == "billed 1, ended 0, failed 0"
        assert subscription.periods.count() == 1

    def test_takes_an_instant_without_a_zone_for_utc(self):
        assert run("--now", "2127-02-27T23:59:59") == "billed 0, ended 0, failed 0"

    def test_bills_now_unless_told_otherwise(self):
        assert run() == "billed 0, ended 0, failed 0"

    def test_never_bills_ahead_of_time_where_real_money_is_taken(self, subscription, settings):
        settings.TEST_CLOCKS_ALLOWED = False

        with pytest.raises(CommandError):
            run("--now", "2127-02-28T00:00:00Z")
        assert not subscription.periods.exists()

    def test_says_what_it_cannot_read(self):
        with pytest.raises(CommandError):
            run("--now", "soon")
