"""Tracking webhooks: signed as Standard Webhooks has it, and sent until they are taken."""

import base64
import hashlib
import hmac
import time

import pytest

from sandbox.carrier.webhooks import RETRY_AFTER_S, sign
from tests.fakes.carrier_process import WEBHOOK_SECRET, parcel


def buy(carrier, reference="ship-1"):
    return carrier.call("POST", "/v1/shipments", parcel(reference)).body["tracking_number"]


def expected_signature(heard):
    """Computed from the words of the specification, not by the code that signed."""
    key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
    signed = b".".join(
        [heard.id.encode(), heard.headers["webhook-timestamp"].encode(), heard.content]
    )
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class TestSign:
    def test_agrees_with_the_published_example(self):
        # The example of Svix, who wrote the specification: docs.svix.com, "Verifying manually".
        signature = sign(
            secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            webhook_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp=1614265330,
            body=b'{"test": 2432232314}',
        )

        assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


class TestAWebhook:
    def test_tells_what_happened_to_which_parcel(self, carrier, shop):
        number = buy(carrier, "ship-1")
        carrier.advance(number, location="Columbus")

        heard = shop.wait_for(2)[1]

        event = carrier.call("GET", f"/v1/shipments/{number}").body["events"][1]
        assert heard.id == event["id"]
        assert heard.body == {
            "id": event["id"],
            "type": "tracking.updated",
            "timestamp": event["occurred_at"],
            "data": {
                "tracking_number": number,
                "reference": "ship-1",
                "sequence": 2,
                "status": "accepted",
                "description": "We have taken over the parcel.",
                "location": "Columbus",
                "occurred_at": event["occurred_at"],
            },
        }

    def test_is_signed_over_the_very_bytes_that_arrive(self, carrier, shop):
        buy(carrier)

        heard = shop.wait_for(1)[0]

        assert heard.headers["webhook-signature"] == expected_signature(heard)
        assert abs(int(heard.headers["webhook-timestamp"]) - heard.at) < 5
        assert heard.headers["content-type"] == "application/json"

    def test_comes_for_every_turn_in_their_order(self, carrier, shop):
        number = buy(carrier)
        carrier.advance(number, to="delivered")

        heard = shop.wait_for(5)

        assert [x.body["data"]["sequence"] for x in heard] == [1, 2, 3, 4, 5]

    def test_tells_of_a_canceled_label(self, carrier, shop):
        number = buy(carrier)
        carrier.call("POST", f"/v1/shipments/{number}/cancel")

        assert shop.wait_for(2)[1].body["data"]["status"] == "canceled"

    def test_is_sent_once_when_a_2xx_takes_it(self, carrier, shop):
        shop.answers = [204]
        buy(carrier)
        shop.wait_for(1)

        time.sleep(RETRY_AFTER_S[0] + 0.3)

        assert len(shop.heard) == 1

    @pytest.mark.parametrize("answer", [500, 404, 302], ids=str)
    def test_is_sent_again_until_a_2xx_takes_it(self, carrier, shop, answer):
        shop.answers = [answer]
        buy(carrier)

        first, second = shop.wait_for(2)
        assert (first.id, first.content) == (second.id, second.content)
        assert second.at - first.at >= RETRY_AFTER_S[0] - 0.05
        assert second.headers["webhook-signature"] == expected_signature(second)

    def test_of_one_parcel_does_not_wait_for_another_parcels_trouble(self, carrier, shop):
        shop.answers = [500]
        buy(carrier, "in-trouble")
        shop.wait_for(1)

        fine = buy(carrier, "fine")

        assert shop.wait_for(2)[1].body["data"]["tracking_number"] == fine

    def test_of_the_past_never_comes_after_a_reset(self, carrier, shop):
        for n in range(20):
            buy(carrier, f"ship-{n}")
        carrier.reset()
        shop.forget()

        time.sleep(0.3)

        assert shop.heard == []

    def test_is_shown_with_what_became_of_it(self, carrier, shop):
        shop.answers = [503]
        buy(carrier)
        shop.wait_for(1)

        deadline = time.monotonic() + 5
        while (delivery := carrier.control("GET", "deliveries")["data"][0])["tries"] == 0:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert (delivery["state"], delivery["answer"]) == ("pending", "503")

        assert carrier.control("POST", "deliveries/redeliver") == {"due": 1}
        shop.wait_for(2)
