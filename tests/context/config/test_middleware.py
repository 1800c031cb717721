"""Around every request: the id that follows it, and the line in the log."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db


def lines_of(event, logs):
    return [line for line in logs if line["event"] == event]


class TestCorrelationId:
    def test_is_the_clients_own_when_it_sent_one(self, client):
        answer = client.get("/v1/me", headers={"x-request-id": "my-own-id-0001"})

        assert answer["X-Request-Id"] == "my-own-id-0001"
        assert answer.json()["request_id"] == "my-own-id-0001"

    @pytest.mark.parametrize(
        "given", ["short", "x" * 65, "two words here", 'quote"d-value', "läuft-nicht", "<script>alert", "a,b,c,d,e,f"]
    )  # fmt: skip
    def test_is_made_up_when_the_clients_is_not_usable(self, client, given):
        answer = client.get("/v1/me", headers={"x-request-id": given})

        assert answer["X-Request-Id"].startswith("req_")

    def test_is_another_one_for_each_request(self, client):
        assert client.get("/v1/me")["X-Request-Id"] != client.get("/v1/me")["X-Request-Id"]


class TestAccessLog:
    def test_says_where_how_and_who_in_one_line(self, sign_in):
        user = UserFactory()
        with capture_logs() as logs:
            sign_in(user).get("/v1/me?x=1")

        (line,) = lines_of("http.request", logs)
        assert line["method"] == "GET"
        assert line["route"] == "v1/me"
        assert line["status"] == 400
        assert line["duration_ms"] > 0
        assert (line["actor"], line["actor_id"]) == ("customer", str(user.pk))

    def test_holds_nothing_personal(self, api):
        with capture_logs() as logs:
            api.post(
                "/v1/auth/login?email=ada@example.com",
                {"email": "ada@example.com", "password": "hunter2 hunter2"},
                format="json",
            )

        assert "ada" not in str(logs)
        assert "hunter2" not in str(logs)

    def test_is_silent_about_probes(self, client):
        with capture_logs() as logs:
            client.get("/healthz")

        assert logs == []
