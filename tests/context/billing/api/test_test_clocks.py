"""Test clocks over REST: let time pass for yourself, where no real money is taken."""

import pytest

from commerce.billing.models import Customer, TestClock
from commerce.billing.tasks import move_test_clocks
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

CLOCKS = "/v1/test-clocks"
JANUARY = {"now": "2027-01-31T12:00:00Z"}


@pytest.fixture
def clock(client):
    return client.post(CLOCKS, JANUARY, format="json").json()


def advance(client, clock, now):
    return client.post(f"{CLOCKS}/{clock['id']}/advance", {"now": now}, format="json")


class TestClocks:
    def test_put_their_maker_into_another_time(self, client, ada, clock):
        assert (clock["status"], clock["now"]) == ("ready", "2027-01-31T12:00:00+00:00")
        assert Customer.objects.get(user_id=ada.pk).test_clock == TestClock.objects.get()

    def test_move_when_told_and_say_when_they_have_arrived(self, client, clock):
        answer = advance(client, clock, "2027-02-28T13:00:00Z")
        assert (answer.status_code, answer.json()["status"]) == (202, "advancing")
        assert answer.json()["target"] == "2027-02-28T13:00:00+00:00"

        move_test_clocks()

        arrived = client.get(f"{CLOCKS}/{clock['id']}").json()
        assert (arrived["status"], arrived["now"]) == ("ready", "2027-02-28T13:00:00+00:00")

    def test_never_go_back(self, client, clock):
        answer = advance(client, clock, "2027-01-31T11:59:59Z")

        assert (answer.status_code, answer.json()["code"]) == (422, "test_clock_target_impossible")
        assert answer.json()["clock_now"] == "2027-01-31T12:00:00+00:00"

    def test_refuse_another_target_on_the_way(self, client, clock):
        advance(client, clock, "2027-02-28T13:00:00Z")

        answer = advance(client, clock, "2027-03-28T13:00:00Z")

        assert (answer.status_code, answer.json()["code"]) == (409, "test_clock_is_advancing")

    def test_are_one_for_each_customer(self, client, clock):
        answer = client.post(CLOCKS, JANUARY, format="json")

        assert (answer.status_code, answer.json()["code"]) == (409, "already_on_a_test_clock")

    def test_do_not_exist_where_real_money_is_taken(self, client, settings):
        settings.TEST_CLOCKS_ALLOWED = False

        answer = client.post(CLOCKS, JANUARY, format="json")

        assert (answer.status_code, answer.json()["code"]) == (403, "test_clocks_not_allowed")
        assert not TestClock.objects.exists()

    def test_of_others_do_not_exist(self, sign_in, clock):
        stranger = sign_in(UserFactory())

        assert stranger.get(f"{CLOCKS}/{clock['id']}").status_code == 404
        assert advance(stranger, clock, "2027-02-28T13:00:00Z").status_code == 404

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"now": "tomorrow"},
            {"now": "1999-12-31T23:59:59Z"},
            {"now": "9999-12-31T23:59:59Z"},
            {"now": "0001-01-01T00:00:00+14:00"},
            {"now": 1},
            {"now": None},
            {"to": "2027-01-31T12:00:00Z"},
        ],
    )
    def test_refuse_what_is_no_instant(self, client, body):
        assert client.post(CLOCKS, body, format="json").status_code == 422

    def test_need_a_caller(self, api):
        assert api.post(CLOCKS, JANUARY, format="json").status_code == 401
