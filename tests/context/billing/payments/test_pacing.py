"""Pacing: all workers together stay within the provider's allowance, also without Valkey."""

from __future__ import annotations

import threading
import time

import pytest
import redis

from commerce.billing.payments.pacing import KEY, WORKERS_AT_MOST, Pacer


@pytest.fixture
def valkey(settings):
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.delete(KEY)
    yield client
    client.delete(KEY)


class TestPacing:
    def test_spreads_the_turns_of_several_workers_over_time(self, valkey):
        pacer, turns, lock = Pacer(client=valkey, per_second=40), [], threading.Lock()

        def work():
            for _ in range(20):
                pacer.wait_turn()
                with lock:
                    turns.append(time.monotonic())

        threads = [threading.Thread(target=work) for _ in range(4)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        # The bucket starts full; the other 40 of 80 turns come at 40 a second.
        assert time.monotonic() - began >= 0.9
        turns.sort()
        in_any_second = max(
            sum(1 for later in turns if turn <= later < turn + 0.25) for turn in turns[41:]
        )
        assert in_any_second <= 14

    def test_goes_on_alone_and_slower_without_valkey(self):
        now, slept = [100.0], []

        def sleep(seconds):
            slept.append(seconds)
            now[0] += seconds

        away = redis.Redis(port=1, socket_connect_timeout=0.1)
        pacer = Pacer(client=away, per_second=20, sleep=sleep, monotonic=lambda: now[0])

        for _ in range(5):
            pacer.wait_turn()

        assert now[0] - 100.0 == pytest.approx(4 * WORKERS_AT_MOST / 20)
