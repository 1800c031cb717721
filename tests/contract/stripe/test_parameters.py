"""Requests that do not fit their endpoint are refused as Stripe refuses them, and leave nothing."""

import pytest
import stripe

GOOD = {"amount": 5_00, "currency": "eur"}


def refusal_of(client, params):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(params)
    assert refused.value.http_status == 400
    return refused.value


class TestParameters:
    def test_unknown_ones_are_named(self, client):
        refused = refusal_of(client, GOOD | {"colour": "red"})

        assert (refused.code, refused.param) == ("parameter_unknown", "colour")

    def test_one_of_older_versions_is_unknown(self, client):
        refused = refusal_of(client, GOOD | {"payment_method_types": ["card"]})

        assert (refused.code, refused.param) == ("parameter_unknown", "payment_method_types")

    def test_missing_ones_are_named(self, client):
        refused = refusal_of(client, {"currency": "eur"})

        assert (refused.code, refused.param) == ("parameter_missing", "amount")

    def test_missing_ones_are_named_inside_others(self, client):
        refused = refusal_of(
            client, GOOD | {"automatic_payment_methods": {"allow_redirects": "never"}}
        )

        assert (refused.code, refused.param) == (
            "parameter_missing",
            "automatic_payment_methods[enabled]",
        )

    @pytest.mark.parametrize("amount", ["ten", "5.00", "1e3", ""])
    def test_an_amount_is_a_whole_number(self, client, amount):
        assert refusal_of(client, GOOD | {"amount": amount}).param == "amount"

    @pytest.mark.parametrize(
        ("params", "param"),
        [
            ({"confirm": "maybe"}, "confirm"),
            ({"capture_method": "later"}, "capture_method"),
            ({"setup_future_usage": "sometimes"}, "setup_future_usage"),
            ({"allowed_payment_method_types": "card"}, "allowed_payment_method_types"),
        ],
    )
    def test_have_their_type(self, client, params, param):
        assert refusal_of(client, GOOD | params).param == param

    def test_off_session_goes_with_a_confirmation_only(self, client):
        assert refusal_of(client, GOOD | {"off_session": True}).param == "off_session"


class TestAmounts:
    @pytest.mark.parametrize(
        ("amount", "currency", "code"),
        [
            (0, "eur", "parameter_invalid_integer"),
            (-5_00, "eur", "parameter_invalid_integer"),
            (49, "eur", "amount_too_small"),
            (49, "jpy", "amount_too_small"),
            (1_000_000_00, "eur", "amount_too_large"),
        ],
    )
    def test_have_limits(self, client, amount, currency, code):
        refused = refusal_of(client, {"amount": amount, "currency": currency})

        assert (refused.code, refused.param) == (code, "amount")

    def test_need_a_currency_that_exists(self, client):
        assert refusal_of(client, GOOD | {"currency": "xyz"}).param == "currency"


class TestReferences:
    @pytest.mark.parametrize(
        ("params", "param"),
        [
            ({"customer": "cus_unheard_of"}, "customer"),
            ({"payment_method": "pm_unheard_of"}, "payment_method"),
        ],
    )
    def test_to_nothing_are_refused(self, client, params, param):
        refused = refusal_of(client, GOOD | params)

        assert (refused.code, refused.param) == ("resource_missing", param)

    def test_in_an_address_are_not_found(self, client):
        with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent") as refused:
            client.v1.payment_intents.retrieve("pi_unheard_of")

        assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


class TestMetadata:
    def test_takes_short_values_only(self, client):
        refused = refusal_of(client, GOOD | {"metadata": {"note": "x" * 501}})

        assert refused.param == "metadata[note]"


class TestExpanding:
    def test_of_a_plain_field_is_refused(self, client):
        with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
            client.v1.payment_intents.create(GOOD | {"expand": ["amount"]})


class TestKeys:
    def test_that_are_no_keys_are_refused(self, sandbox):
        # Sandbox only: nobody shall send a live key to it either.
        for key in ("nonsense", "sk_live_abc"):
            stranger = stripe.StripeClient(key, base_addresses={"api": sandbox.base})
            with pytest.raises(stripe.AuthenticationError):
                stranger.v1.customers.list()


class TestTheSandbox:
    """Sandbox only: what it does not simulate it refuses, instead of passing over it."""

    def test_says_what_it_does_not_simulate(self, sandbox_client):
        with pytest.raises(stripe.InvalidRequestError, match="does not simulate") as refused:
            sandbox_client.v1.payment_intents.create(
                GOOD | {"transfer_data": {"destination": "acct_1"}}
            )

        assert refused.value.param == "transfer_data"

    def test_says_which_addresses_it_does_not_serve(self, sandbox_client):
        with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
            sandbox_client.v1.subscriptions.list()
