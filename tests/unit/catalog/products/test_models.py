"""The life of a product: draft → published → retired, and no other way."""

import datetime as dt
from itertools import product as pairs

import pytest
from django_fsm import can_proceed

from commerce.catalog.models import Product

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
ALLOWED = {
    ("draft", "publish"): "published",
    ("draft", "retire"): "retired",
    ("published", "retire"): "retired",
}


class TestProductStates:
    @pytest.mark.parametrize(
        ("status", "transition"),
        list(pairs(["draft", "published", "retired"], ["publish", "retire"])),
    )
    def test_changes_only_as_allowed(self, status, transition):
        product = Product(status=status)

        assert can_proceed(getattr(product, transition)) == ((status, transition) in ALLOWED)
        if (status, transition) in ALLOWED:
            getattr(product, transition)(at=NOON)
            assert product.status == ALLOWED[status, transition]

    def test_cannot_be_set_by_hand(self):
        product = Product()

        with pytest.raises(AttributeError, match="not allowed"):
            product.status = "published"
