"""Guessing passwords: ten tries in fifteen minutes get through, no more, whoever hurries."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from rest_framework.test import APIClient

from commerce.identity.models import SignInTries
from commerce.identity.users.tries import TooManyTries, give_back_try, spend_try
from tests.factories.identity import UserFactory

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.django_db
class TestTries:
    def test_are_refused_after_ten_with_the_time_to_wait(self):
        for i in range(10):
            spend_try("ada@example.com", now=NOON + i * MINUTE)

        with pytest.raises(TooManyTries) as refused:
            spend_try("ada@example.com", now=NOON + 10 * MINUTE)

        assert refused.value.retry_after_s == 5 * 60

    def test_are_told_how_many_are_left(self):
        told = [spend_try("ada@example.com", now=NOON + i * MINUTE) for i in (0, 1, 2, 14, 15.5)]

        assert [limit.left for limit in told] == [9, 8, 7, 6, 6]
        assert [limit.more_in_s for limit in told] == [900, 840, 780, 60, 30]

    def test_come_back_one_by_one_as_the_old_ones_age(self):
        for i in range(10):
            spend_try("ada@example.com", now=NOON + i * MINUTE)

        spend_try("ada@example.com", now=NOON + 15 * MINUTE)
        with pytest.raises(TooManyTries):
            spend_try("ada@example.com", now=NOON + 15.5 * MINUTE)
        spend_try("ada@example.com", now=NOON + 16 * MINUTE)

    def test_of_one_address_do_not_count_for_another(self):
        for _ in range(10):
            spend_try("ada@example.com", now=NOON)

        spend_try("bob@example.com", now=NOON)

    @pytest.mark.parametrize(
        "spelling", ["ADA@example.com", " ada@example.com ", "ada@EXAMPLE.com"]
    )
    def test_count_together_however_the_address_is_written(self, spelling):
        for _ in range(10):
            spend_try("ada@example.com", now=NOON)

        with pytest.raises(TooManyTries):
            spend_try(spelling, now=NOON)

    def test_with_the_right_password_take_nothing_from_the_ten(self):
        for i in range(30):
            at = NOON + i * dt.timedelta(seconds=1)
            spend_try("ada@example.com", now=at)
            give_back_try("ada@example.com", tried_at=at)

        assert SignInTries.objects.get().tried_at == []

    def test_at_the_same_instant_are_given_back_one_at_a_time(self):
        for _ in range(3):
            spend_try("ada@example.com", now=NOON)

        give_back_try("ada@example.com", tried_at=NOON)

        assert SignInTries.objects.get().tried_at == [NOON, NOON]

    def test_keep_no_address(self):
        spend_try("ada@example.com", now=NOON)

        row = SignInTries.objects.get()
        assert "ada" not in row.account
        assert len(row.account) == 64


@pytest.mark.django_db(transaction=True)
class TestTriesAtOnce:
    def test_get_through_exactly_ten_times(self):
        UserFactory(email="ada@example.com")

        def guess(i: int) -> int:
            try:
                return (
                    APIClient()
                    .post(
                        "/v1/auth/login",
                        {"email": "ada@example.com", "password": f"guess {i}"},
                        format="json",
                        headers={"X-Forwarded-For": f"10.0.0.{i}"},
                    )
                    .status_code
                )
            finally:
                connection.close()

        with ThreadPoolExecutor(20) as threads:
            answers = Counter(threads.map(guess, range(60)))

        assert answers == {401: 10, 429: 50}

    def test_say_when_the_next_one_is_welcome(self, api):
        with time_machine.travel(NOON, tick=False):
            for _ in range(10):
                spend_try("ada@example.com", now=NOON)
            answer = api.post(
                "/v1/auth/login", {"email": "ada@example.com", "password": "x"}, format="json"
            )

        assert (answer.status_code, answer["Retry-After"]) == (429, "900")
        assert answer.json()["code"] == "too_many_tries"
