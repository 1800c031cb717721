"""Requests that the carrier refuses: who asks, what is asked, and how it is written."""

import copy
import http.client

import pytest

from tests.fakes.carrier_process import parcel

REMOVED = object()


def changed(path, value):
    """A wish for a label with one place changed, `to/country` for example."""
    wish = copy.deepcopy(parcel("ship-1"))
    *parents, name = path.split("/")
    place = wish
    for parent in parents:
        place = place[parent]
    if value is REMOVED:
        del place[name]
    else:
        place[name] = value
    return wish


class TestWithoutTheApiKey:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": "carrier_test_key"},
            {"Authorization": "Basic Y2FycmllcjprZXk="},
            {"Authorization": "Bearer ümlaut".encode()},
        ],
        ids=["none", "wrong", "no scheme", "another scheme", "not ascii"],
    )
    @pytest.mark.parametrize("path", ["/v1/shipments", "/v1/rates", "/v1/nothing"])
    def test_nothing_is_answered(self, carrier, path, headers):
        reply = carrier.call("POST", path, parcel("ship-1"), headers=headers)

        assert (reply.status, reply.body["code"]) == (401, "unauthorized")
        assert reply.headers["www-authenticate"] == "Bearer"
        assert carrier.journal() == []


class TestAWishForALabel:
    @pytest.mark.parametrize(
        ("path", "value", "code"),
        [
            ("reference", REMOVED, "required"),
            ("reference", None, "required"),
            ("reference", 7, "wrong_type"),
            ("reference", "", "length"),
            ("reference", "x" * 101, "length"),
            ("reference", "a\nb", "length"),
            ("service", "overnight", "unknown"),
            ("to", "Portland", "wrong_type"),
            ("to", REMOVED, "required"),
            ("to/name", REMOVED, "required"),
            ("to/country", "us", "country"),
            ("to/country", "USA", "country"),
            ("to/planet", "Earth", "unknown_field"),
            ("parcel/weight_g", 0, "range"),
            ("parcel/weight_g", -1, "range"),
            ("parcel/weight_g", 1.5, "wrong_type"),
            ("parcel/weight_g", True, "wrong_type"),
            ("parcel/weight_g", "1200", "wrong_type"),
            ("parcel/weight_g", 10**400, "range"),
            ("to/line2", 3, "wrong_type"),
            ("parcel/length_mm", 3_001, "range"),
            ("insurance", True, "unknown_field"),
        ],
    )
    def test_is_refused_with_a_pointer_to_what_is_wrong(self, carrier, path, value, code):
        reply = carrier.call("POST", "/v1/shipments", changed(path, value))

        assert (reply.status, reply.body["code"]) == (422, "invalid")
        assert [(x["pointer"], x["code"]) for x in reply.body["errors"]] == [(f"/{path}", code)]
        assert carrier.journal() == []

    def test_is_told_everything_that_is_wrong_at_once(self, carrier):
        wish = changed("to/country", "usa") | {"service": "boat", "color": "red"}

        reply = carrier.call("POST", "/v1/shipments", wish)

        pointers = {x["pointer"] for x in reply.body["errors"]}
        assert pointers == {"/to/country", "/service", "/color"}

    def test_may_hold_any_script_and_the_spaces_of_japan(self, carrier):
        address = parcel("x")["to"] | {"name": "山田　太郎", "city": "Łódź", "country": "JP"}

        reply = carrier.call("POST", "/v1/shipments", parcel("ship-1", to=address))

        assert (reply.status, reply.body["to"]["name"]) == (201, "山田　太郎")


class TestABody:
    @pytest.mark.parametrize(
        "content",
        [b"", b"{", b"\xff\xfe", b"[" * 60_000, b'{"a": ' + b"1" * 10_000 + b"}"],
        ids=["empty", "cut off", "not utf-8", "too deep", "a huge number"],
    )
    def test_that_is_no_json_is_malformed(self, carrier, content):
        reply = carrier.call("POST", "/v1/shipments", content=content)

        assert (reply.status, reply.body["code"]) == (400, "malformed_json")
        assert reply.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize("body", [[], "text", 1, True])
    def test_that_is_no_object_is_invalid(self, carrier, body):
        reply = carrier.call("POST", "/v1/shipments", body)

        assert (reply.status, reply.body["code"]) == (422, "invalid")

    def test_that_is_too_large_is_not_read(self, carrier):
        reply = carrier.call("POST", "/v1/shipments", content=b" " * (64 * 1024 + 1))

        assert (reply.status, reply.body["code"]) == (413, "body_too_large")

    def test_of_unknown_length_is_not_read(self, carrier):
        connection = http.client.HTTPConnection(carrier.base.removeprefix("http://"), timeout=10)
        # The headers alone: the refusal may come, and the line be cut, before there is a body.
        connection.putrequest("POST", "/v1/shipments")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()

        assert connection.getresponse().status == 411
        connection.close()


class TestAnAddress:
    def test_that_does_not_exist_is_not_found(self, carrier):
        assert carrier.call("GET", "/v1/nothing").body["code"] == "not_found"
        assert carrier.call("GET", "/_sandbox/nothing").body["code"] == "not_found"

    def test_with_the_wrong_method_says_which_are_right(self, carrier):
        reply = carrier.call("DELETE", "/v1/shipments")

        assert (reply.status, reply.headers["allow"]) == (405, "POST, GET")

    @pytest.mark.parametrize(
        "path",
        [
            "/v1/shipments",
            "/v1/shipments?reference=a&limit=1",
            "/_sandbox/journal?after=x",
            f"/_sandbox/journal?after={'9' * 40}",
        ],
    )
    def test_with_an_unknown_question_is_invalid(self, carrier, path):
        assert carrier.call("GET", path).status == 422

    @pytest.mark.parametrize("number", ["%00", "..%2F..", "%F0%9F%93%A6", "0" * 5_000, "["])
    def test_with_a_nonsense_number_is_no_failure(self, carrier, number):
        reply = carrier.call("GET", f"/v1/shipments/{number}")

        assert reply.status in (400, 404)
