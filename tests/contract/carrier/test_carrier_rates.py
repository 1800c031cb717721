"""What the carrier charges, over HTTP."""

import pytest


def ask(carrier, *, origin="US", destination="US", weight_g=1_200):
    return carrier.call(
        "POST",
        "/v1/rates",
        {
            "from": {"country": origin},
            "to": {"country": destination},
            "parcel": {"weight_g": weight_g},
        },
    )


class TestRates:
    def test_offer_every_service_cheapest_first(self, carrier):
        reply = ask(carrier)

        assert reply.status == 200
        assert reply.body["rates"] == [
            {
                "service": "standard",
                "price": {"amount": 7_20, "currency": "USD"},
                "min_days": 3,
                "max_days": 5,
            },
            {
                "service": "express",
                "price": {"amount": 17_50, "currency": "USD"},
                "min_days": 1,
                "max_days": 2,
            },
        ]

    @pytest.mark.parametrize(
        ("weight_g", "amount"),
        [(1, 4_50), (500, 4_50), (501, 7_20), (2_000, 7_20), (2_001, 10_90), (30_000, 29_90)],
    )
    def test_take_the_step_that_the_weight_still_fits(self, carrier, weight_g, amount):
        assert ask(carrier, weight_g=weight_g).body["rates"][0]["price"]["amount"] == amount

    @pytest.mark.parametrize(
        ("origin", "destination", "amount"),
        [
            ("DE", "DE", 7_20),
            ("US", "CA", 14_60),
            ("DE", "FR", 14_60),
            ("US", "DE", 27_40),
            ("JP", "AU", 27_40),
        ],
    )
    def test_rise_with_the_distance(self, carrier, origin, destination, amount):
        reply = ask(carrier, origin=origin, destination=destination)

        assert reply.body["rates"][0]["price"]["amount"] == amount

    def test_refuse_a_country_that_is_not_served(self, carrier):
        reply = ask(carrier, destination="AQ")

        assert (reply.status, reply.body["code"]) == (422, "not_served")

    def test_refuse_a_parcel_above_thirty_kilograms(self, carrier):
        reply = ask(carrier, weight_g=30_001)

        assert (reply.status, reply.body["code"]) == (422, "too_heavy")

    @pytest.mark.parametrize("service", ["standard", "express"])
    def test_never_fall_with_weight_or_distance(self, carrier, service):
        def amount(destination, weight_g):
            rates = ask(carrier, destination=destination, weight_g=weight_g).body["rates"]
            return next(x["price"]["amount"] for x in rates if x["service"] == service)

        table = [
            [amount(to, g) for g in (1, 1_000, 3_000, 9_000, 20_000)] for to in ("US", "MX", "DE")
        ]

        assert all(row == sorted(row) for row in table)
        assert all(list(column) == sorted(column) for column in zip(*table, strict=True))
