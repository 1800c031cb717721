"""Subscriptions over REST: customers see and cancel their own, staff see everybody's."""

import datetime as dt

import pytest

from commerce.billing.models import Subscription
from commerce.billing.subscriptions.run_billing import run_billing
from commerce.identity.models import AuditEntry
from commerce.shared import ids
from tests.factories.billing import (
    CustomerFactory,
    PaymentMethodFactory,
    SubscriptionFactory,
    TaxRateFactory,
)
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

PERIOD_END = dt.datetime(2027, 2, 28, tzinfo=dt.UTC)


@pytest.fixture
def subscription(ada):
    TaxRateFactory()
    return SubscriptionFactory(
        customer=CustomerFactory(user_id=ada.pk),
        started_at=dt.datetime(2027, 1, 31, tzinfo=dt.UTC),
    )


def address_of(subscription, act=""):
    return f"/v1/subscriptions/{ids.encode('sub', subscription.id)}{act}"


class TestReading:
    def test_shows_terms_and_period(self, client, subscription):
        answer = client.get(address_of(subscription)).json()

        assert answer["plan"] == "membership-monthly"
        assert answer["unit_price"] == {"amount": 10_00, "currency": "USD"}
        assert answer["interval"] == {"unit": "month", "count": 1}
        assert answer["current_period_end"] == "2027-02-28T00:00:00+00:00"
        assert answer["periods"] == []

    def test_shows_how_each_period_was_paid(self, client, subscription):
        run_billing(now=PERIOD_END)

        (period,) = client.get(address_of(subscription)).json()["periods"]

        assert period["invoice"] == ids.encode("inv", subscription.invoices.get().id)
        assert (period["paid_at"], period["next_attempt_at"]) == (None, "2027-02-28T00:00:00+00:00")

    def test_lists_the_callers_own(self, client, subscription):
        SubscriptionFactory()

        answer = client.get("/v1/subscriptions").json()

        assert [row["id"] for row in answer["data"]] == [ids.encode("sub", subscription.id)]

    def test_lists_everybodys_to_support(self, sign_in, subscription):
        SubscriptionFactory()
        support = sign_in(UserFactory(roles=["support"]))

        assert len(support.get("/v1/subscriptions").json()["data"]) == 2

    def test_filters_by_status(self, client, subscription):
        answer = client.get("/v1/subscriptions", {"filter[status]": "canceled"}).json()

        assert answer["data"] == []

    @pytest.mark.parametrize("query", [{"filter[status]": "dead"}, {"status": "active"}])
    def test_refuses_a_filter_it_does_not_have(self, client, query):
        assert client.get("/v1/subscriptions", query).status_code == 400

    def test_costs_three_statements(self, client, subscription, django_assert_num_queries):
        with django_assert_num_queries(3):
            client.get(address_of(subscription))

    @pytest.mark.parametrize("roles", [[], ["warehouse"]])
    def test_hides_somebody_elses(self, sign_in, subscription, roles):
        stranger = sign_in(UserFactory(roles=roles))

        assert stranger.get(address_of(subscription)).status_code == 404
        assert stranger.get("/v1/subscriptions").json()["data"] == []

    def test_needs_a_caller(self, api, subscription):
        assert api.get(address_of(subscription)).status_code == 401


class TestCanceling:
    def test_keeps_the_period_unless_told_otherwise(self, client, subscription):
        answer = client.post(address_of(subscription, "/cancel"), {}, format="json")

        assert answer.status_code == 200
        assert (answer.json()["status"], answer.json()["cancel_at_period_end"]) == ("active", True)

    def test_ends_it_at_once_when_asked(self, client, subscription):
        answer = client.post(address_of(subscription, "/cancel"), {"at": "now"}, format="json")

        assert answer.json()["status"] == "canceled"
        assert Subscription.objects.get().status == "canceled"

    def test_of_somebody_elses_is_404(self, sign_in, subscription):
        stranger = sign_in(UserFactory())

        answer = stranger.post(address_of(subscription, "/cancel"), {"at": "now"}, format="json")

        assert answer.status_code == 404
        assert Subscription.objects.get().status == "active"

    def test_by_staff_is_audited(self, sign_in, subscription):
        support = UserFactory(roles=["support"])

        sign_in(support).post(address_of(subscription, "/cancel"), {"at": "now"}, format="json")

        act = AuditEntry.objects.get()
        assert (act.action, act.actor_id) == ("billing.subscription.cancel", support.pk)

    @pytest.mark.parametrize("body", [{"at": "yesterday"}, {"when": "now"}, {"at": None}, []])
    def test_refuses_what_it_does_not_understand(self, client, subscription, body):
        answer = client.post(address_of(subscription, "/cancel"), body, format="json")

        assert answer.status_code == 422
        assert Subscription.objects.get().cancel_at_period_end is False


class TestChangingTheCard:
    def change(self, client, subscription, body):
        return client.post(
            address_of(subscription, "/payment-method"),
            body,
            format="json",
            headers={"Idempotency-Key": "change-card-1"},
        )

    def test_names_another_of_the_customers_cards(self, client, subscription):
        card = PaymentMethodFactory(customer=subscription.customer)
        public_id = ids.encode("pm", card.id)

        answer = self.change(client, subscription, {"payment_method": public_id})

        assert answer.json()["payment_method"] == public_id

    def test_goes_back_to_the_default(self, client, subscription):
        Subscription.objects.update(payment_method=PaymentMethodFactory())

        answer = self.change(client, subscription, {"payment_method": None})

        assert answer.json()["payment_method"] is None

    def test_refuses_somebody_elses_card(self, client, subscription):
        card = ids.encode("pm", PaymentMethodFactory().id)

        assert self.change(client, subscription, {"payment_method": card}).status_code == 404

    def test_refuses_a_subscription_that_has_ended(self, client, subscription):
        Subscription.objects.update(status="canceled", next_billing_at=None)

        answer = self.change(client, subscription, {"payment_method": None})

        assert (answer.status_code, answer.json()["code"]) == (409, "subscription_ended")

    def test_needs_an_idempotency_key(self, client, subscription):
        answer = client.post(
            address_of(subscription, "/payment-method"), {"payment_method": None}, format="json"
        )

        assert answer.json()["code"] == "idempotency_key_required"
