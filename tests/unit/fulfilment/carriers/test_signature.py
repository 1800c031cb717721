"""Signatures of webhooks: the specification's own example, and every way to forge one."""

import base64
import datetime as dt
import hashlib
import hmac

import pytest

from commerce.fulfilment.carriers.signature import BadSignature, verify_signature

# https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(b"another secret").decode()
BODY = b'{"test": 2432232314}'
EVENT_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIMESTAMP = 1614265330
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
THEN = dt.datetime.fromtimestamp(TIMESTAMP, dt.UTC)


def verify(**changes):
    given = {
        "event_id": EVENT_ID,
        "timestamp": str(TIMESTAMP),
        "signatures": SIGNATURE,
        "body": BODY,
        "secrets": [SECRET],
        "now": THEN,
    }
    verify_signature(**(given | changes))


def signed_by(secret: str) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{EVENT_ID}.{TIMESTAMP}.".encode() + BODY
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()


class TestVerifySignature:
    def test_accepts_the_example_of_the_specification(self):
        verify()

    def test_accepts_one_good_signature_among_others(self):
        verify(signatures=f"v1a,nobody+knows v1,bm90aGluZw== {SIGNATURE}")

    @pytest.mark.parametrize("secrets", [[SECRET, OTHER], [OTHER, SECRET]])
    def test_accepts_the_old_and_the_new_secret_while_one_replaces_the_other(self, secrets):
        verify(secrets=secrets)
        verify(secrets=secrets, signatures=signed_by(OTHER))

    @pytest.mark.parametrize("minutes", [-5, 5])
    def test_accepts_clocks_that_differ_by_minutes(self, minutes):
        verify(now=THEN + dt.timedelta(minutes=minutes))

    @pytest.mark.parametrize(
        "forgery",
        [
            {"signatures": ""},
            {"signatures": SIGNATURE.removeprefix("v1,")},
            {"signatures": SIGNATURE.replace("v1,", "v2,")},
            {"signatures": signed_by(OTHER)},
            {"signatures": "v1,é"},
            {"body": BODY + b" "},
            {"body": b'{"test":2432232314}'},
            {"event_id": "msg_another"},
            {"timestamp": str(TIMESTAMP + 1)},
            {"timestamp": ""},
            {"timestamp": "-1614265330"},
            {"timestamp": "1614265330.0"},
            {"timestamp": "9" * 400},
            {"timestamp": "١٦١٤٢٦٥٣٣٠"},
            {"secrets": []},
            {"secrets": ["whsec_this is no base64"]},
            {"secrets": ["whsec_"]},
            {"now": THEN + dt.timedelta(minutes=5, seconds=1)},
            {"now": THEN - dt.timedelta(minutes=5, seconds=1)},
        ],
    )
    def test_refuses_everything_else(self, forgery):
        with pytest.raises(BadSignature):
            verify(**forgery)

    def test_refuses_what_is_signed_with_an_empty_key(self):
        content = f"{EVENT_ID}.{TIMESTAMP}.".encode() + BODY
        forged = base64.b64encode(hmac.digest(b"", content, hashlib.sha256)).decode()

        with pytest.raises(BadSignature):
            verify(signatures=f"v1,{forged}", secrets=["whsec_", "whsec_no base64"])
