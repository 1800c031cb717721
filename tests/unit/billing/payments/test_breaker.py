"""The breaker: after an outage nobody waits, until one call finds the provider back."""

from __future__ import annotations

from commerce.billing.payments.breaker import Breaker
from commerce.billing.payments.stripe_gateway import (
    CONNECT_TIMEOUT_S,
    FAILURES_IN_A_ROW,
    READ_TIMEOUT_S,
    StripeGateway,
)


class Time:
    now = 0.0

    def __call__(self):
        return self.now


class TestTheBreaker:
    def breaker(self):
        self.time = Time()
        return Breaker(failures=3, window_s=10, open_s=30, monotonic=self.time)

    def test_opens_after_enough_failures_in_a_row(self):
        breaker = self.breaker()

        for _ in range(2):
            breaker.note(is_down=True)
        assert breaker.lets_through()
        breaker.note(is_down=True)

        assert not breaker.lets_through()

    def test_stays_closed_while_answers_come_in_between(self):
        breaker = self.breaker()

        for _ in range(9):
            breaker.note(is_down=True)
            breaker.note(is_down=True)
            breaker.note(is_down=False)

        assert breaker.lets_through()

    def test_stays_closed_when_failures_are_far_apart(self):
        breaker = self.breaker()

        for _ in range(9):
            breaker.note(is_down=True)
            self.time.now += 6

        assert breaker.lets_through()

    def test_lets_one_call_try_again_after_a_while(self):
        breaker = self.breaker()
        for _ in range(3):
            breaker.note(is_down=True)

        self.time.now = 30
        assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
        breaker.note(is_down=False)

        assert breaker.lets_through()

    def test_of_the_provider_opens_for_a_worker_that_waits_for_each_timeout(self, monkeypatch):
        time = Time()
        gateway = StripeGateway(secret_key="sk_test", api_base=None, webhook_secrets=())
        monkeypatch.setattr(gateway.breaker, "_monotonic", time)

        for _ in range(FAILURES_IN_A_ROW):
            time.now += CONNECT_TIMEOUT_S + READ_TIMEOUT_S
            gateway.breaker.note(is_down=True)

        assert not gateway.breaker.lets_through()
