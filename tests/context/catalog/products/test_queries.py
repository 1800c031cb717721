"""The lock that stands for everything of a product."""

import pytest
from django.db import transaction

from commerce.catalog.products.queries import lock_product, lock_products
from tests.factories.catalog import ProductFactory

pytestmark = pytest.mark.django_db


class TestLockProducts:
    def test_is_taken_in_the_order_of_ids_however_they_are_named(self):
        ids = [ProductFactory().pk for _ in range(5)]

        with transaction.atomic():
            locked = lock_products(reversed(ids))

        assert [product.pk for product in locked] == sorted(ids)

    def test_is_refused_outside_a_transaction(self):
        with pytest.raises(transaction.TransactionManagementError):
            lock_product(ProductFactory().pk)
