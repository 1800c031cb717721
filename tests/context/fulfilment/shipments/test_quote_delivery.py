"""Quoting delivery: what each way costs, cheapest first, and nothing where nothing goes."""

import pytest

from commerce.fulfilment.interface.errors import NotDeliverable
from commerce.fulfilment.shipments.quote_delivery import quote_delivery
from commerce.fulfilment.shipments.set_delivery_rates import RateDetails, set_delivery_rates
from commerce.shared.money import Money

pytestmark = pytest.mark.django_db


def rate(code="standard", minor=5_99, *, country="US", currency="USD", **extra):
    return RateDetails(
        code=code,
        title=code.title(),
        country=country,
        base=Money(minor, currency),
        days_min=3,
        days_max=5,
        **extra,
    )


def quote(*, country="US", currency="USD", weight_g=0, units=1):
    options = quote_delivery(country=country, currency=currency, weight_g=weight_g, units=units)
    return [(option.code, option.price.minor) for option in options]


class TestQuoteDelivery:
    def test_lists_the_ways_to_a_country_cheapest_first(self):
        set_delivery_rates(
            [rate("express", 14_99), rate("standard", 5_99), rate("standard", 9_99, country="CA")]
        )

        assert quote() == [("standard", 5_99), ("express", 14_99)]

    def test_adds_a_price_for_each_unit_and_for_the_weight_to_the_gram(self):
        set_delivery_rates([rate(per_unit_minor=50, per_kg_minor=1_00)])

        assert quote(units=3, weight_g=2_345) == [("standard", 5_99 + 1_50 + 2_35)]

    @pytest.mark.parametrize("where", [{"country": "AQ"}, {"currency": "EUR"}])
    def test_refuses_where_nothing_goes(self, where):
        set_delivery_rates([rate()])

        with pytest.raises(NotDeliverable) as refused:
            quote(**where)

        assert refused.value.country == where.get("country", "US")

    @pytest.mark.django_db(transaction=True)
    def test_is_one_statement(self, django_assert_num_queries):
        set_delivery_rates([rate("express", 14_99), rate("standard", 5_99)])

        with django_assert_num_queries(1):
            quote()


class TestSetDeliveryRates:
    def test_changes_prices_and_takes_away_what_is_no_longer_offered(self):
        set_delivery_rates([rate("express", 14_99), rate("standard", 5_99)])

        set_delivery_rates([rate("standard", 6_99)])

        assert quote() == [("standard", 6_99)]

    def test_offers_again_what_was_taken_away(self):
        for rates in ([rate("express", 14_99)], [rate()], [rate("express", 12_99)]):
            set_delivery_rates(rates)

        assert quote() == [("express", 12_99)]
