"""Cards and addresses over REST: everybody has their own."""

import pytest

from commerce.billing.models import Address, Attempt, Customer, Order, PaymentMethod
from commerce.shared import ids
from tests.context.billing.flows import BROKE
from tests.context.billing.requests import complete, start
from tests.factories.billing import HOME, CustomerFactory, PaymentMethodFactory, SubscriptionFactory
from tests.factories.identity import UserFactory
from tests.fakes.provider import bank

__all__ = ["bank"]
pytestmark = pytest.mark.django_db

MUGS = {"lines": [{"sku": "mug", "quantity": 2}]}
CARDS, ADDRESSES = "/v1/me/payment-methods", "/v1/me/addresses"


@pytest.fixture
def card(ada):
    return PaymentMethodFactory(customer=CustomerFactory(user_id=ada.pk))


def add(client, body, key="add-card-1"):
    return client.post(CARDS, body, format="json", headers={"Idempotency-Key": key})


def card_at(card, act=""):
    return f"{CARDS}/{ids.encode('pm', card.id)}{act}"


class TestCards:
    def test_are_kept_at_the_provider_and_shown_here(self, bank, client, ada):
        answer = add(client, {"payment_method": "pm_card_visa"})

        assert answer.status_code == 201
        assert (answer.json()["last4"], answer.json()["is_default"]) == ("4242", True)
        assert [row["id"] for row in client.get(CARDS).json()["data"]] == [answer.json()["id"]]
        customer = Customer.objects.get(user_id=ada.pk)
        assert customer.stripe_customer_id == bank.customers[customer.id]
        assert customer.email == ada.email

    def test_are_added_once_under_one_key(self, bank, client):
        first = add(client, {"payment_method": "pm_card_visa"})
        again = add(client, {"payment_method": "pm_card_visa"})

        assert again.json() == first.json()
        assert PaymentMethod.objects.count() == 1

    def test_leave_the_default_alone_unless_asked(self, bank, client, card):
        answer = add(client, {"payment_method": "pm_card_amex"})

        assert answer.json()["is_default"] is False
        assert PaymentMethod.objects.get(is_default=True) == card

    def test_become_the_default_when_asked(self, bank, client, card):
        add(client, {"payment_method": "pm_card_amex", "is_default": True})

        assert PaymentMethod.objects.get(is_default=True).provider_id == "pm_card_amex"

    def test_can_be_made_the_default_later(self, client, card):
        other = PaymentMethodFactory(customer=card.customer, is_default=False)

        answer = client.post(card_at(other, "/default"), {}, format="json")

        assert answer.json()["is_default"] is True
        assert PaymentMethod.objects.get(is_default=True) == other

    def test_can_be_let_go(self, bank, client, card):
        answer = client.delete(card_at(card))

        assert answer.status_code == 204
        assert bank.forgotten == [card.provider_id]
        assert client.get(CARDS).json()["data"] == []

    def test_stay_while_a_subscription_is_charged_to_them(self, bank, client, card):
        SubscriptionFactory(customer=card.customer)

        answer = client.delete(card_at(card))

        assert (answer.status_code, answer.json()["code"]) == (409, "payment_method_in_use")
        assert bank.forgotten == []

    def test_of_others_do_not_exist(self, bank, sign_in, card):
        stranger = sign_in(UserFactory())

        assert stranger.get(CARDS).json()["data"] == []
        assert stranger.delete(card_at(card)).status_code == 404
        assert stranger.post(card_at(card, "/default"), {}, format="json").status_code == 404

    @pytest.mark.parametrize(
        "body",
        [{}, {"payment_method": 1}, {"payment_method": ""}, {"payment_method": "x", "cvc": "1"}],
    )
    def test_refuse_what_is_no_card(self, bank, client, body):
        assert add(client, body).status_code == 422
        assert bank.customers == {}

    def test_need_a_caller(self, api):
        assert api.get(CARDS).status_code == 401


class TestCardsAtStripe:
    def test_are_attached_through_its_sdk(self, stripe, client):
        answer = add(client, {"payment_method": "pm_card_mastercard"})

        assert (answer.status_code, answer.json()["brand"]) == (201, "mastercard")

    def test_are_refused_with_the_banks_word(self, stripe, client):
        answer = add(client, {"payment_method": "pm_card_chargeDeclinedLostCard"})

        assert (answer.status_code, answer.json()["code"]) == (402, "card_declined")
        assert answer.json()["decline_code"] == "lost_card"
        assert not PaymentMethod.objects.exists()

    def test_are_refused_when_nobody_knows_them(self, stripe, client):
        answer = add(client, {"payment_method": "pm_of_nobody"})

        assert answer.status_code == 422
        assert not PaymentMethod.objects.exists()


class TestACardThatIsKept:
    def test_pays_for_an_order_under_our_id(self, shop, stripe, client):
        checkout = start(client, **MUGS)
        kept = add(client, {"payment_method": "pm_card_visa"}).json()

        answer = complete(client, checkout, card=kept["id"])

        assert (answer.status_code, answer.json()["status"]) == (201, "completed")
        assert Attempt.objects.get().payment_method == PaymentMethod.objects.get().provider_id

    def test_pays_after_another_one_was_declined(self, shop, stripe, client):
        checkout = start(client, **MUGS)
        assert complete(client, checkout, card=BROKE).status_code == 402
        kept = add(client, {"payment_method": "pm_card_visa"}).json()

        answer = complete(client, checkout, card=kept["id"])

        assert (answer.status_code, answer.json()["status"]) == (201, "completed")

    def test_pays_for_nobody_else(self, shop, bank, sign_in, card):
        client = sign_in(UserFactory())
        checkout = start(client, **MUGS)

        answer = complete(client, checkout, card=ids.encode("pm", card.id))

        assert answer.status_code == 404
        assert not Order.objects.exists()


class TestAddresses:
    def test_are_kept_and_listed_the_newest_first(self, client):
        first = client.post(ADDRESSES, HOME, format="json")
        second = client.post(ADDRESSES, HOME | {"name": "Grace H."}, format="json")

        assert (first.status_code, first.json()["city"]) == (201, "Portland")
        listed = [row["id"] for row in client.get(ADDRESSES).json()["data"]]
        assert listed == [second.json()["id"], first.json()["id"]]

    def test_can_be_taken_out(self, client):
        added = client.post(ADDRESSES, HOME, format="json").json()

        assert client.delete(f"{ADDRESSES}/{added['id']}").status_code == 204
        assert not Address.objects.exists()
        assert client.delete(f"{ADDRESSES}/{added['id']}").status_code == 404

    def test_of_others_do_not_exist(self, client, sign_in):
        added = client.post(ADDRESSES, HOME, format="json").json()
        stranger = sign_in(UserFactory())

        assert stranger.get(ADDRESSES).json()["data"] == []
        assert stranger.delete(f"{ADDRESSES}/{added['id']}").status_code == 404
        assert Address.objects.exists()

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"country": "usa"}, "/country"),
            ({"postal_code": "no"}, "/postal_code"),
            ({"line1": None}, "/line1"),
            ({"planet": "Earth"}, "/planet"),
        ],
    )
    def test_are_checked_by_the_rules_of_their_country(self, client, change, pointer):
        answer = client.post(ADDRESSES, HOME | change, format="json")

        assert answer.status_code == 422
        assert [problem["pointer"] for problem in answer.json()["errors"]] == [pointer]
        assert not Address.objects.exists()
