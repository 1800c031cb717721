"""Publishing: what can be bought can be found, and is announced once."""

import datetime as dt

import pytest

from commerce.catalog.models import OutboxMessage, Product, ProductChange
from commerce.catalog.products.publish_product import publish_product
from commerce.catalog.products.publish_products import (
    NothingToSell,
    ProductRetired,
    publish_products,
)
from commerce.catalog.products.queries import UnknownProduct
from commerce.shared.ids import new_id
from tests.factories.catalog import LONG_AGO, PriceFactory, VariantFactory, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


@pytest.mark.django_db
class TestPublishProduct:
    def test_announces_the_product_with_what_can_be_bought_of_it(self):
        mug = on_sale("mug", draft=True).product
        VariantFactory(product=mug, sku="not-priced")

        publish_product(product_id=mug.pk, now=NOON)

        message = OutboxMessage.objects.get()
        assert message.name == "catalog.product_published.v1"
        assert message.payload["skus"] == ["mug"]
        assert ProductChange.objects.get().product_id == mug.pk

    def test_changes_state_and_version(self):
        mug = on_sale("mug", draft=True).product

        answer = publish_product(product_id=mug.pk, now=NOON)

        stored = Product.objects.get()
        assert (stored.status, stored.published_at, stored.version) == ("published", NOON, 2)
        assert (answer.status, answer.version) == ("published", 2)

    def test_changes_nothing_the_second_time(self):
        mug = on_sale("mug", draft=True).product
        publish_product(product_id=mug.pk, now=NOON)

        publish_product(product_id=mug.pk, now=NOON + dt.timedelta(days=1))

        assert Product.objects.get().published_at == NOON
        assert OutboxMessage.objects.count() == 1

    def test_needs_a_price(self):
        mug = on_sale("mug", price=None, draft=True).product

        with pytest.raises(NothingToSell):
            publish_product(product_id=mug.pk, now=NOON)

    def test_needs_a_price_that_is_not_over(self):
        mug = on_sale("mug", price=None, draft=True)
        PriceFactory(variant=mug, valid_from=LONG_AGO, valid_until=NOON)

        with pytest.raises(NothingToSell):
            publish_product(product_id=mug.product_id, now=NOON)

    def test_is_content_with_a_price_to_come(self):
        mug = on_sale("mug", price=None, draft=True)
        PriceFactory(variant=mug, valid_from=NOON + dt.timedelta(days=1))

        assert publish_product(product_id=mug.product_id, now=NOON).status == "published"

    def test_needs_a_variant_that_is_not_retired(self):
        mug = on_sale("mug", draft=True)
        mug.retired_at = LONG_AGO
        mug.save()

        with pytest.raises(NothingToSell):
            publish_product(product_id=mug.product_id, now=NOON)

    def test_refuses_what_is_retired(self):
        mug = on_sale("mug", status="retired", retired_at=LONG_AGO).product

        with pytest.raises(ProductRetired):
            publish_product(product_id=mug.pk, now=NOON)

    def test_knows_its_products(self):
        with pytest.raises(UnknownProduct):
            publish_product(product_id=new_id(), now=NOON)


@pytest.mark.django_db
class TestPublishProducts:
    def test_publishes_what_it_can_of_a_batch(self):
        good, unpriced = (
            on_sale("good", draft=True).product,
            on_sale("unpriced", price=None, draft=True).product,
        )

        answers = publish_products(product_ids=[unpriced.pk, good.pk], now=NOON)

        assert isinstance(answers[unpriced.pk], NothingToSell)
        assert answers[good.pk].status == "published"
        assert Product.objects.get(status="published") == good

    def test_costs_as_many_statements_for_many_as_for_one(self, django_assert_num_queries):
        ids = [on_sale(f"mug-{n}", draft=True).product_id for n in range(30)]

        # Lock, look for prices, publish, note, tell; around them a savepoint of the test's own.
        with django_assert_num_queries(7):
            publish_products(product_ids=ids, now=NOON)

        assert OutboxMessage.objects.count() == 30
