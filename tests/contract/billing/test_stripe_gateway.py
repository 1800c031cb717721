"""What the gateway promises, kept against the sandbox Stripe through Stripe's own SDK."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import transaction

from commerce.billing.payments.gateway import (
    CardActionRequired,
    CardDeclined,
    ChargeRequest,
    ChargeStatus,
    PaymentMethodRefused,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnknown,
    RefundOutcome,
    RefundRequest,
)
from commerce.billing.payments.stripe_gateway import StripeGateway
from commerce.shared.db import NeighbourCalledInTransaction
from commerce.shared.money import Money
from tests.fakes.stripe_process import stripe_sandbox

USD = "USD"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with stripe_sandbox(tmp_path_factory.mktemp("gateway")) as process:
        yield process


@pytest.fixture
def stripe(sandbox):
    sandbox.reset()
    sandbox.control("DELETE", "faults")
    return sandbox


@pytest.fixture
def gateway(stripe):
    return StripeGateway(
        secret_key="sk_test_gateway", api_base=stripe.base, webhook_secrets=("whsec_test",)
    )


def request(card="pm_card_visa", **changes):
    values = {
        "attempt_id": uuid4(),
        "payment_id": uuid4(),
        "order_id": uuid4(),
        "amount": Money(19_99, USD),
        "payment_method": card,
        "customer": None,
        "off_session": False,
        "saves_card": False,
    }
    return ChargeRequest(**(values | changes))


def fault(stripe, kind, **options):
    stripe.control("POST", "faults", {"kind": kind, "count": 1, **options})


class TestCharging:
    def test_takes_the_money(self, gateway, stripe):
        wish = request()

        charge = gateway.charge(wish)

        assert (charge.status, charge.captured) == (ChargeStatus.SUCCEEDED, Money(19_99, USD))
        assert charge.attempt_id == wish.attempt_id
        assert (charge.card.brand, charge.card.last4) == ("visa", "4242")
        (line,) = stripe.journal()
        assert line["idempotency_key"] == line["metadata"]["attempt_id"] == str(wish.attempt_id)
        assert line["metadata"]["order_id"] == str(wish.order_id)

    def test_again_under_its_key_moves_nothing(self, gateway, stripe):
        wish = request()

        assert gateway.charge(wish) == gateway.charge(wish)
        assert len(stripe.journal()) == 1

    @pytest.mark.parametrize(
        ("card", "decline_code"),
        [
            ("pm_card_visa_chargeDeclined", "generic_decline"),
            ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
            ("pm_card_visa_chargeDeclinedExpiredCard", "expired_card"),
        ],
    )
    def test_answers_a_decline_with_its_reason(self, gateway, card, decline_code):
        charge = gateway.charge(request(card))

        assert (charge.status, charge.decline_code) == (ChargeStatus.DECLINED, decline_code)
        assert charge.captured == Money(0, USD)

    def test_tells_what_the_customer_has_to_do(self, gateway):
        charge = gateway.charge(request("pm_card_threeDSecure2Required"))

        assert charge.status == ChargeStatus.REQUIRES_ACTION
        assert charge.next_action["type"] == "use_stripe_sdk"
        assert "_secret_" in charge.next_action["client_secret"]

    def test_declines_a_card_that_wants_its_owner_while_the_owner_is_away(self, gateway):
        customer = gateway.create_customer(customer_id=uuid4(), email="a@example.com", name="")
        charge = gateway.charge(
            request("pm_card_authenticationRequired", customer=customer, off_session=True)
        )

        assert (charge.status, charge.decline_code) == (
            ChargeStatus.DECLINED,
            "authentication_required",
        )

    @pytest.mark.parametrize("currency", ["JPY", "KWD"])
    def test_writes_amounts_as_the_currency_wants(self, gateway, stripe, currency):
        gateway.charge(request(amount=Money(5_000, currency)))

        (line,) = stripe.journal()
        assert (line["amount"], line["currency"]) == (5_000, currency.lower())


class TestFailuresAreSortedByWhatIsKnown:
    @pytest.mark.parametrize("kind", ["too_many_requests", "lock_timeout"])
    def test_nothing_happened(self, gateway, stripe, kind):
        fault(stripe, kind)

        with pytest.raises(ProviderUnavailable):
            gateway.charge(request())
        assert stripe.journal() == []

    def test_nothing_happened_where_nobody_listens(self):
        nowhere = StripeGateway(
            secret_key="sk_test_x", api_base="http://127.0.0.1:1", webhook_secrets=()
        )

        with pytest.raises(ProviderUnavailable):
            nowhere.charge(request())

    @pytest.mark.parametrize(
        "kind",
        [
            "cut_before_commit",
            "cut_after_commit",
            "error_before_commit",
            "error_after_commit",
            "key_in_use",
        ],
    )
    def test_anything_may_have_happened(self, gateway, stripe, kind):
        fault(stripe, kind)

        with pytest.raises(ProviderUnknown):
            gateway.charge(request())

    def test_anything_may_have_happened_when_the_key_was_used_for_something_else(self, gateway):
        wish = request()
        gateway.charge(wish)

        with pytest.raises(ProviderUnknown):
            gateway.charge(request(attempt_id=wish.attempt_id, amount=Money(5_00, USD)))

    def test_the_request_makes_no_sense(self, gateway):
        with pytest.raises(ProviderRefused) as refused:
            gateway.charge(request(amount=Money(1, USD)))
        assert refused.value.provider_code == "amount_too_small"

    def test_the_card_does_not_exist(self, gateway):
        with pytest.raises(PaymentMethodRefused):
            gateway.charge(request("pm_nobodys"))

    def test_the_breaker_opens_for_an_outage_and_closes_with_the_first_answer(
        self, gateway, stripe
    ):
        for _ in range(5):
            fault(stripe, "cut_before_commit")
            with pytest.raises(ProviderUnknown):
                gateway.charge(request())

        with pytest.raises(ProviderUnavailable):
            gateway.charge(request())
        assert gateway.breaker.is_open
        gateway.breaker.note(is_down=False)
        assert gateway.charge(request()).status == ChargeStatus.SUCCEEDED

    @pytest.mark.django_db
    def test_a_transaction_may_not_wait_for_it(self, gateway, stripe):
        with transaction.atomic(), pytest.raises(NeighbourCalledInTransaction):
            gateway.charge(request())
        assert stripe.journal() == []


class TestFinding:
    def test_finds_what_an_answer_was_lost_for(self, gateway, stripe):
        wish = request()
        fault(stripe, "cut_after_commit")
        with pytest.raises(ProviderUnknown):
            gateway.charge(wish)

        found = gateway.find(wish.attempt_id)

        assert (found.status, found.attempt_id) == (ChargeStatus.SUCCEEDED, wish.attempt_id)
        assert gateway.retrieve(found.provider_id) == found

    def test_finds_nothing_of_what_never_arrived(self, gateway):
        assert gateway.find(uuid4()) is None


class TestCanceling:
    def test_calls_off_what_waits_for_the_customer(self, gateway):
        waiting = gateway.charge(request("pm_card_threeDSecure2Required"))

        assert gateway.cancel(waiting.provider_id).status == ChargeStatus.CANCELED
        assert gateway.cancel(waiting.provider_id).status == ChargeStatus.CANCELED

    def test_says_when_it_is_too_late(self, gateway):
        done = gateway.charge(request())

        assert gateway.cancel(done.provider_id).status == ChargeStatus.SUCCEEDED


class TestRefunding:
    def refund(self, charge, minor=5_00, refund_id=None):
        return RefundRequest(
            refund_id=refund_id or uuid4(), charge=charge.provider_id, amount=Money(minor, USD)
        )

    def test_gives_back_once_for_each_key(self, gateway, stripe):
        wish = self.refund(gateway.charge(request()))

        first, second = gateway.refund(wish), gateway.refund(wish)

        assert first == second
        assert (first.status, first.refund_id) == (RefundOutcome.SUCCEEDED, wish.refund_id)
        assert [line["kind"] for line in stripe.journal()] == [
            "charge_succeeded",
            "refund_succeeded",
        ]
        assert gateway.find_refund(wish.refund_id, charge=wish.charge) == first
        assert gateway.retrieve_refund(first.provider_id) == first

    def test_refuses_more_than_was_taken(self, gateway):
        charge = gateway.charge(request())

        with pytest.raises(ProviderRefused):
            gateway.refund(self.refund(charge, 20_00))

    def test_finds_nothing_of_what_never_arrived(self, gateway):
        charge = gateway.charge(request())

        assert gateway.find_refund(uuid4(), charge=charge.provider_id) is None


class TestCards:
    @pytest.fixture
    def customer(self, gateway):
        return gateway.create_customer(customer_id=uuid4(), email="a@example.com", name="Ada")

    def test_are_kept_for_charges_without_their_owner(self, gateway, customer):
        card = gateway.keep_card(customer=customer, payment_method="pm_card_visa")

        charge = gateway.charge(request(card.provider_id, customer=customer, off_session=True))

        assert charge.status == ChargeStatus.SUCCEEDED
        assert charge.card == card

    def test_are_kept_by_paying_with_them(self, gateway, customer):
        first = gateway.charge(request(customer=customer, saves_card=True))

        assert first.keeps_card
        again = gateway.charge(request(first.card.provider_id, customer=customer, off_session=True))
        assert again.status == ChargeStatus.SUCCEEDED

    def test_may_be_refused_by_their_bank(self, gateway, customer):
        with pytest.raises(CardDeclined):
            gateway.keep_card(customer=customer, payment_method="pm_card_chargeDeclined")

    def test_may_want_to_hear_from_their_owner(self, gateway, customer):
        with pytest.raises(CardActionRequired) as wanted:
            gateway.keep_card(customer=customer, payment_method="pm_card_authenticationRequired")
        assert "client_secret" in wanted.value.next_action

    def test_are_forgotten(self, gateway, customer):
        card = gateway.keep_card(customer=customer, payment_method="pm_card_visa")

        gateway.forget_card(card.provider_id)
        gateway.forget_card(card.provider_id)

        with pytest.raises(ProviderRefused):
            gateway.charge(request(card.provider_id, customer=customer, off_session=True))

    def test_have_one_customer_for_each_of_ours(self, gateway):
        ours = uuid4()

        made = {
            gateway.create_customer(customer_id=ours, email="a@example.com", name="")
            for _ in range(2)
        }

        assert len(made) == 1


class TestEvents:
    def test_are_listed_since_a_moment(self, gateway):
        charge = gateway.charge(request())

        listed = list(gateway.events_since(dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)))

        assert charge.provider_id in {event.object_id for event in listed}
        assert "payment_intent.succeeded" in {event.type for event in listed}
