"""How many subscriptions a second the billing run renews, the provider's time excluded.

`pytest -m benchmark -s tests/benchmarks/billing`: goal 4,000 a second, and no dearer each when
there are ten times as many.
"""

import datetime as dt
import time

import pytest
from django.db import connection

from commerce.billing.models import Invoice, SubscriptionPeriod
from commerce.billing.subscriptions.run_billing import run_billing
from commerce.shared.ids import new_id
from tests.factories.billing import SubscriptionFactory, TaxRateFactory

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db(transaction=True)]

DUE = dt.datetime(2027, 2, 28, tzinfo=dt.UTC)
FIRST_DAY = dt.date(2027, 1, 28)


def multiply(row, count, **columns):
    """Copy a row many times, with columns of the copies' own."""
    rows = []
    for i in range(count):
        copy = type(row)(
            **{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
            | {"id": new_id()}
            | {name: value(i) for name, value in columns.items()}
        )
        rows.append(copy)
    return type(row).objects.bulk_create(rows, batch_size=2000)


@pytest.fixture
def many(request):
    count = request.param
    TaxRateFactory(percent="8.25")
    template = SubscriptionFactory(
        started_at=dt.datetime(2027, 1, 28, tzinfo=dt.UTC), anchor_date=FIRST_DAY
    )
    customers = multiply(
        template.customer,
        count - 1,
        user_id=lambda i: new_id(),
        stripe_customer_id=lambda i: f"cus_many_{i}",
    )
    multiply(template, count - 1, customer_id=lambda i: customers[i].id)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return count


class TestTheBillingRun:
    @pytest.mark.parametrize("many", [2_000, 20_000], indirect=True)
    def test_renews_thousands_a_second(self, many):
        started = time.perf_counter()
        renewed = run_billing(now=DUE)
        took = time.perf_counter() - started

        assert renewed.billed == many
        assert SubscriptionPeriod.objects.count() == Invoice.objects.count() == many
        print(f"\n{many:>7,} subscriptions in {took:6.2f} s: {many / took:7,.0f} /s")  # noqa: T201 - its purpose
