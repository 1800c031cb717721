"""Setting prices: from now or later, many at once, and the past stays on record."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from commerce.catalog.models import OutboxMessage, Price, Product, ProductChange
from commerce.catalog.pricing.set_price import set_price
from commerce.catalog.pricing.set_prices import NewPrice, set_prices
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.queries import UnknownVariant
from commerce.shared.money import Money
from tests.at_once import at_once
from tests.factories.catalog import LONG_AGO, PriceFactory, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
TOMORROW, FRIDAY, MONDAY = (NOON + dt.timedelta(days=n) for n in (1, 4, 7))


def price(sku="mug", minor=15_00, currency="USD", **period):
    return NewPrice(sku=sku, price=Money(minor, currency), **period)


def history(currency="USD"):
    rows = Price.objects.filter(currency=currency).order_by("valid_from")
    return list(rows.values_list("amount_minor", "valid_from", "valid_until"))


@pytest.mark.django_db
class TestSetPrice:
    def test_holds_from_now_on_and_keeps_what_was(self):
        on_sale("mug", price=12_50)

        period = set_price(price=price(minor=15_00), now=NOON)

        assert history() == [(12_50, LONG_AGO, NOON), (15_00, NOON, None)]
        assert (period.amount_minor, period.valid_from) == (15_00, NOON)

    def test_can_be_set_for_later(self):
        on_sale("mug", price=12_50)

        set_price(price=price(minor=15_00, valid_from=FRIDAY), now=NOON)

        assert history() == [(12_50, LONG_AGO, FRIDAY), (15_00, FRIDAY, None)]

    def test_can_be_a_sale_that_ends(self):
        on_sale("mug", price=12_50)

        set_price(price=price(minor=9_99, valid_from=FRIDAY, valid_until=MONDAY), now=NOON)

        assert history() == [
            (12_50, LONG_AGO, FRIDAY),
            (9_99, FRIDAY, MONDAY),
            (12_50, MONDAY, None),
        ]

    def test_replaces_what_was_only_planned(self):
        on_sale("mug", price=12_50)
        set_price(price=price(minor=15_00, valid_from=FRIDAY), now=NOON)

        set_price(price=price(minor=14_00, valid_from=TOMORROW, valid_until=MONDAY), now=NOON)

        assert history() == [
            (12_50, LONG_AGO, TOMORROW),
            (14_00, TOMORROW, MONDAY),
            (15_00, MONDAY, None),
        ]

    def test_tells_of_every_change_on_the_way(self):
        on_sale("mug", price=12_50)

        set_price(price=price(minor=9_99, valid_from=FRIDAY, valid_until=MONDAY), now=NOON)

        told = OutboxMessage.objects.filter(name="catalog.price_changed.v1").order_by("id")
        assert [(x.payload["price"]["amount"], x.payload["valid_from"]) for x in told] == [
            (9_99, FRIDAY.isoformat()),
            (12_50, MONDAY.isoformat()),
        ]

    def test_has_the_documents_made_again_now_and_when_it_begins_and_ends(self):
        mug = on_sale("mug", price=12_50)

        set_price(price=price(minor=9_99, valid_from=FRIDAY, valid_until=MONDAY), now=NOON)

        changes = ProductChange.objects.order_by("id").values_list("product_id", "due_at")
        assert list(changes) == [(mug.product_id, x) for x in (None, FRIDAY, MONDAY)]

    def test_notes_what_is_to_come_also_for_a_draft(self):
        on_sale("mug", price=12_50, draft=True)

        set_price(price=price(valid_from=FRIDAY), now=NOON)

        assert ProductChange.objects.get().due_at == FRIDAY

    def test_changes_nothing_where_it_already_costs_that(self):
        on_sale("mug", price=12_50)

        period = set_price(price=price(minor=12_50), now=NOON)

        assert period.valid_from == LONG_AGO
        assert history() == [(12_50, LONG_AGO, None)]
        assert Product.objects.get().version == 1
        assert not OutboxMessage.objects.exists()

    def test_leaves_other_currencies_alone(self):
        on_sale("mug", price=12_50)

        set_price(price=price(minor=11_00, currency="EUR"), now=NOON)

        assert history("USD") == [(12_50, LONG_AGO, None)]
        assert history("EUR") == [(11_00, NOON, None)]

    def test_counts_the_version_of_the_product_up(self):
        on_sale("mug")

        set_price(price=price(), now=NOON)

        assert Product.objects.get().version == 2

    @pytest.mark.parametrize(
        ("field", "bad"),
        [
            ("valid_from", price(valid_from=NOON - dt.timedelta(seconds=1))),
            ("valid_until", price(valid_until=NOON)),
            ("valid_until", price(valid_from=FRIDAY, valid_until=TOMORROW)),
            ("price", price(minor=-1)),
            ("price", price(minor=1_000_000_000_001)),
        ],
    )
    def test_refuses_what_contradicts_a_rule(self, field, bad):
        on_sale("mug")

        with pytest.raises(InvalidField) as refused:
            set_price(price=bad, now=NOON)

        assert refused.value.field == field

    def test_knows_its_variants(self):
        with pytest.raises(UnknownVariant):
            set_price(price=price("cup"), now=NOON)


@pytest.mark.django_db
class TestSetPrices:
    def test_isolates_bad_rows(self):
        on_sale("mug", price=12_50)
        on_sale("cup", price=8_00)

        answers = set_prices(
            batch=[price("bowl"), price("mug", 13_00), price("cup", -1), price("cup", 9_00)],
            now=NOON,
        )

        assert isinstance(answers[0], UnknownVariant)
        assert isinstance(answers[2], InvalidField)
        assert [answers[1].amount_minor, answers[3].amount_minor] == [13_00, 9_00]

    def test_takes_one_sku_several_times_in_the_order_given(self):
        on_sale("mug", price=12_50)

        set_prices(batch=[price(minor=15_00), price(minor=9_99, valid_until=FRIDAY)], now=NOON)

        assert history() == [(12_50, LONG_AGO, NOON), (9_99, NOON, FRIDAY), (15_00, FRIDAY, None)]

    def test_costs_as_many_statements_for_many_as_for_one(self, django_assert_num_queries):
        skus = [on_sale(f"mug-{n}").sku for n in range(30)]
        batch = [price(sku, valid_until=FRIDAY) for sku in skus]

        # Find, lock, read; end, add; note at once and for later, tell; and a savepoint around.
        with django_assert_num_queries(10):
            set_prices(batch=batch, now=NOON)

        assert Price.objects.count() == 90


@pytest.mark.django_db(transaction=True)
class TestSetPricesSideBySide:
    def test_leaves_one_price_at_a_time_however_many_set_it(self):
        on_sale("mug", price=12_50)

        outcomes = at_once(
            [lambda n=n: set_price(price=price(minor=n), now=NOON) for n in range(64)]
        )

        assert outcomes == {"done": 64}
        assert [x[1:] for x in history()] == [(LONG_AGO, NOON), (NOON, None)]

    def test_never_locks_two_batches_into_each_other(self):
        skus = [on_sale(f"mug-{n}").sku for n in range(10)]

        def reprice(minor):
            batch = [price(sku, minor) for sku in (skus if minor % 2 else reversed(skus))]
            return lambda: set_prices(batch=batch, now=NOON)

        assert at_once([reprice(n) for n in range(1, 65)]) == {"done": 64}


@pytest.mark.django_db
class TestTheDatabase:
    def test_itself_refuses_two_prices_at_once(self):
        mug = on_sale("mug", price=12_50)

        with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
            PriceFactory(variant=mug, amount_minor=1, valid_from=NOON)
