"""Catalog's figures for /metrics."""

import datetime as dt

import pytest

from commerce.catalog.gauges import listing_behind_seconds
from commerce.catalog.listing.models import ProductChange
from commerce.shared import clock
from commerce.shared.ids import new_id

pytestmark = pytest.mark.django_db


def note(noted_s_ago, due_s_ago=None):
    now = clock.now()
    due_at = None if due_s_ago is None else now - dt.timedelta(seconds=due_s_ago)
    noted_at = now - dt.timedelta(seconds=noted_s_ago)
    ProductChange.objects.create(product_id=new_id(), noted_at=noted_at, due_at=due_at)


class TestListingBehind:
    def test_is_zero_when_every_change_is_shown(self):
        assert listing_behind_seconds() == 0

    def test_is_the_age_of_the_oldest_change_that_is_due(self):
        note(noted_s_ago=20)
        note(noted_s_ago=5000, due_s_ago=60)
        note(noted_s_ago=9000, due_s_ago=-60)

        assert listing_behind_seconds() == pytest.approx(60, abs=5)
