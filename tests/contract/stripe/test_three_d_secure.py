"""3-D Secure: the bank wants to see its customer before it pays."""

import http.client
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import stripe

from tests.contract.stripe.conftest import payment


class TestOnSession:
    @pytest.mark.parametrize(
        "card",
        [
            "pm_card_authenticationRequired",
            "pm_card_authenticationRequiredOnSetup",
            "pm_card_authenticationRequiredSetupForOffSession",
            "pm_card_threeDSecure2Required",
        ],
    )
    def test_asks_for_authentication_and_moves_no_money(self, pay, card):
        intent = pay(card)

        assert (intent.status, intent.amount_received) == ("requires_action", 0)
        assert intent.latest_charge is None
        assert intent.next_action.type == "use_stripe_sdk"

    def test_sends_the_customer_to_the_bank_when_there_is_a_way_back(self, client):
        intent = client.v1.payment_intents.create(
            {
                "amount": 25_00,
                "currency": "eur",
                "payment_method": "pm_card_threeDSecure2Required",
                "confirm": True,
                "return_url": "https://shop.example/thanks",
            }
        )

        assert intent.next_action.type == "redirect_to_url"
        assert intent.next_action.redirect_to_url.return_url == "https://shop.example/thanks"
        assert intent.next_action.redirect_to_url.url.startswith("http")

    def test_is_declined_where_nobody_could_act(self, pay):
        with pytest.raises(stripe.CardError) as declined:
            pay("pm_card_authenticationRequired", error_on_requires_action=True)

        assert declined.value.code == "authentication_required"
        assert declined.value.error.payment_intent.status == "requires_payment_method"

    def test_is_asked_for_when_the_shop_wants_it(self, pay):
        intent = pay(
            "pm_card_threeDSecureOptional",
            payment_method_options={"card": {"request_three_d_secure": "any"}},
        )

        assert intent.status == "requires_action"


class TestAuthenticating:
    """Sandbox only: no program can authenticate at Stripe."""

    @pytest.fixture
    def asked(self, sandbox_client):
        return sandbox_client.v1.payment_intents.create(payment("pm_card_authenticationRequired"))

    def authenticate(self, sandbox, intent, outcome):
        sandbox.control("POST", f"payment_intents/{intent.id}/authenticate", {"outcome": outcome})

    def test_lets_the_money_move(self, sandbox, sandbox_client, asked):
        self.authenticate(sandbox, asked, "succeed")

        paid = sandbox_client.v1.payment_intents.retrieve(asked.id, {"expand": ["latest_charge"]})
        assert (paid.status, paid.next_action) == ("succeeded", None)
        three_d_secure = paid.latest_charge.payment_method_details.card.three_d_secure
        assert three_d_secure.result == "authenticated"

    def test_may_fail(self, sandbox, sandbox_client, asked):
        self.authenticate(sandbox, asked, "fail")

        failed = sandbox_client.v1.payment_intents.retrieve(asked.id)
        assert (failed.status, failed.latest_charge) == ("requires_payment_method", None)
        assert failed.last_payment_error.code == "payment_intent_authentication_failure"
        assert sandbox.journal() == []

    def test_does_not_make_a_poor_customer_rich(self, sandbox, sandbox_client):
        asked = sandbox_client.v1.payment_intents.create(
            payment("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
        )

        self.authenticate(sandbox, asked, "succeed")

        declined = sandbox_client.v1.payment_intents.retrieve(asked.id)
        assert declined.status == "requires_payment_method"
        assert declined.last_payment_error.decline_code == "insufficient_funds"

    def test_holds_the_money_when_it_is_to_be_captured_later(self, sandbox, sandbox_client):
        asked = sandbox_client.v1.payment_intents.create(
            payment("pm_card_authenticationRequired", capture_method="manual")
        )

        self.authenticate(sandbox, asked, "succeed")

        assert sandbox_client.v1.payment_intents.retrieve(asked.id).status == "requires_capture"

    def test_happens_once(self, sandbox, asked):
        self.authenticate(sandbox, asked, "succeed")

        with pytest.raises(Exception, match="status is succeeded"):
            self.authenticate(sandbox, asked, "succeed")

        assert [line["kind"] for line in sandbox.journal()] == ["charge_succeeded"]


class TestBankPage:
    """Sandbox only: the page a person is sent to."""

    @pytest.fixture
    def asked(self, sandbox_client):
        return sandbox_client.v1.payment_intents.create(
            {
                "amount": 25_00,
                "currency": "eur",
                "payment_method": "pm_card_authenticationRequired",
                "confirm": True,
                "return_url": "https://shop.example/thanks?order=1",
            }
        )

    def browse(self, method, url, form=None):
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=5)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection.request(method, parts.path, form and urlencode(form), headers)
        response = connection.getresponse()
        return response, response.read().decode()

    def test_says_what_is_to_be_approved(self, asked):
        response, page = self.browse("GET", asked.next_action.redirect_to_url.url)

        assert response.status == 200
        assert "€25.00 EUR" in page
        assert "Complete authentication" in page

    @pytest.mark.parametrize(
        ("outcome", "told", "status"),
        [
            ("succeed", "succeeded", "succeeded"),
            ("fail", "failed", "requires_payment_method"),
        ],
    )
    def test_sends_the_customer_back_with_the_outcome(
        self, sandbox_client, asked, outcome, told, status
    ):
        url = asked.next_action.redirect_to_url.url

        response, _ = self.browse("POST", url, {"outcome": outcome})

        assert response.status == 303
        target = urlsplit(response.getheader("location"))
        assert target.netloc == "shop.example"
        assert parse_qs(target.query) == {
            "order": ["1"],
            "payment_intent": [asked.id],
            "payment_intent_client_secret": [asked.client_secret],
            "redirect_status": [told],
        }
        assert sandbox_client.v1.payment_intents.retrieve(asked.id).status == status


class TestOffSession:
    def test_is_declined_because_nobody_is_there(self, client, customer, pay):
        saved = client.v1.payment_methods.attach(
            "pm_card_authenticationRequired", {"customer": customer.id}
        )

        with pytest.raises(stripe.CardError) as declined:
            pay(saved.id, customer=customer.id, off_session=True)

        error = declined.value.error
        assert (error.code, error.decline_code) == (
            "authentication_required",
            "authentication_required",
        )
        assert error.payment_intent.status == "requires_payment_method"

    def test_works_with_a_card_that_was_set_up_for_it(self, client, customer, pay):
        saved = client.v1.payment_methods.attach(
            "pm_card_authenticationRequiredSetupForOffSession", {"customer": customer.id}
        )

        intent = pay(saved.id, customer=customer.id, off_session=True)

        assert intent.status == "succeeded"
