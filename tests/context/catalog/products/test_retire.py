"""Retiring: for good, for a product or one variant of it, and without forgetting anything."""

import datetime as dt

import pytest

from commerce.catalog.models import Product, ProductChange, Variant
from commerce.catalog.products.queries import UnknownProduct, UnknownVariant
from commerce.catalog.products.retire_product import retire_product
from commerce.catalog.products.retire_variant import retire_variant
from commerce.shared.ids import new_id
from tests.factories.catalog import on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


class TestRetireProduct:
    def test_takes_it_from_sale(self):
        mug = on_sale("mug").product

        retired = retire_product(product_id=mug.pk, now=NOON)

        stored = Product.objects.get()
        assert (stored.status, stored.retired_at, stored.version) == ("retired", NOON, 2)
        assert retired.version == 2
        assert ProductChange.objects.get().product_id == mug.pk

    def test_keeps_the_day_it_was_first_retired(self):
        mug = on_sale("mug").product
        retire_product(product_id=mug.pk, now=NOON)

        retire_product(product_id=mug.pk, now=LATER)

        assert (Product.objects.get().retired_at, Product.objects.get().version) == (NOON, 2)

    def test_throws_a_draft_away_without_deleting_it(self):
        mug = on_sale("mug", draft=True).product

        assert retire_product(product_id=mug.pk, now=NOON).status == "retired"
        assert Product.objects.get().published_at is None

    def test_knows_its_products(self):
        with pytest.raises(UnknownProduct):
            retire_product(product_id=new_id(), now=NOON)


class TestRetireVariant:
    def test_takes_one_variant_from_sale(self):
        mug = on_sale("mug")

        retire_variant(variant_id=mug.pk, now=NOON)

        assert Variant.objects.get().retired_at == NOON
        assert Product.objects.get().version == 2
        assert ProductChange.objects.get().product_id == mug.product_id

    def test_changes_nothing_the_second_time(self):
        mug = on_sale("mug")
        retire_variant(variant_id=mug.pk, now=NOON)

        retire_variant(variant_id=mug.pk, now=LATER)

        assert Variant.objects.get().retired_at == NOON
        assert Product.objects.get().version == 2

    def test_knows_its_variants(self):
        with pytest.raises(UnknownVariant):
            retire_variant(variant_id=new_id(), now=NOON)
