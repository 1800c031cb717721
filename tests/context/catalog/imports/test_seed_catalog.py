"""`manage.py seed_catalog`: the demo shop stands, and stands only once."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commerce.catalog.listing.models import Listing
from commerce.catalog.models import Category, Market, Plan, Product, ProductChange


def seed():
    said = StringIO()
    call_command("seed_catalog", stdout=said)
    return said.getvalue()


@pytest.mark.django_db(transaction=True)
class TestSeedCatalog:
    def test_loads_the_shop_and_then_changes_nothing(self):
        assert "1,000 new, 1,000 priced, 1,000 published" in seed()

        assert Product.objects.filter(status="published").count() == 1000
        assert Category.objects.count() == 213
        assert set(Plan.objects.values_list("code", "status")) == {
            ("coffee-monthly", "published"),
            ("membership-monthly", "published"),
        }
        markets = Market.objects.values_list("code", "currency", "prices_include_tax")
        assert set(markets) == {("us", "USD", False), ("eu", "EUR", True)}
        assert Listing.objects.count() == 1000
        assert not ProductChange.objects.exists()

        with CaptureQueriesContext(connection) as second:
            assert "0 new, 0 priced, 0 published" in seed()

        written = ("INSERT", "UPDATE", "DELETE", "COPY")
        assert [x["sql"] for x in second if x["sql"].startswith(written)] == []
