"""Pacing: collecting never asks the provider more often than its allowance.

A token bucket in Valkey that all workers share. Without Valkey each worker paces itself, slower,
so that together they stay below the allowance: nothing is lost but time.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from typing import Any

import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

KEY = "billing:stripe:pace"
# How many workers may be collecting while none can see the others.
WORKERS_AT_MOST = 4

# Returns how many milliseconds to wait; 0 takes a token. Time is Valkey's own, so clocks of
# different machines do not matter.
_TAKE = """
local rate = tonumber(ARGV[1])
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at_ms')
local tokens = tonumber(bucket[1] or rate)
local at_ms = tonumber(bucket[2] or now_ms)
tokens = math.min(rate, tokens + math.max(0, now_ms - at_ms) * rate / 1000)
local wait_ms = 0
if tokens >= 1 then tokens = tokens - 1
else wait_ms = math.ceil((1 - tokens) * 1000 / rate) end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at_ms', now_ms)
redis.call('PEXPIRE', KEYS[1], 10000)
return wait_ms
"""


class Pacer:
    """Gives out `per_second` turns to all processes together."""

    def __init__(
        self,
        *,
        client: Any,
        per_second: int,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._take = client.register_script(_TAKE)
        self._per_second = per_second
        self._sleep, self._monotonic = sleep, monotonic
        self._lock = threading.Lock()
        self._next_local_turn = 0.0

    def wait_turn(self) -> None:
        """Return when one request may be sent."""
        while True:
            try:
                wait_ms = int(self._take(keys=[KEY], args=[self._per_second]))
            except redis.RedisError as failure:
                log.warning("billing.pacing.alone", error=str(failure))
                self._wait_alone()
                return
            if wait_ms == 0:
                return
            self._sleep(wait_ms / 1000)

    def _wait_alone(self) -> None:
        with self._lock:
            now = self._monotonic()
            turn = max(now, self._next_local_turn)
            self._next_local_turn = turn + WORKERS_AT_MOST / self._per_second
        self._sleep(turn - now)


def pacer() -> Pacer:
    return _pacer(settings.REDIS_URL, settings.STRIPE_REQUESTS_PER_SECOND)


@functools.cache
def _pacer(url: str, per_second: int) -> Pacer:
    client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
    return Pacer(client=client, per_second=per_second)
