"""
How many bytes and requests a second all workers together may send to a service.

Whoever wants to send reserves time in one queue that Redis keeps: so many bytes take so long, and begin when those
before them have ended. A process reserves for a fifth of a second at least, so that small requests seldom ask Redis;
without a limit nobody asks it. What is sent goes at once when its turn has come, so a limit holds over some seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import redis

from lading.base.cancellation import Token
from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker

#: pace:{service}:{what}:{rate}  string  second until which the time of this rate is reserved
_KEY = broker.PREFIX + "pace:{}:{}"

#: seconds that a process reserves at least, and that may be made up for after a rest
_SHARE = 0.2
#: seconds between looks whether whoever waits may go on waiting
_SLICE = 0.1
#: seconds for which a Redis that did not answer is not asked again
_AWAY = 5.0

#: KEYS reserved; ARGV rate, amount, share. Returns the seconds until the reservation begins; negative: it has begun.
_RESERVE = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local from = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now - tonumber(ARGV[3]))
local ends = from + tonumber(ARGV[2]) / tonumber(ARGV[1])
redis.call('SET', KEYS[1], string.format('%.6f', ends), 'EX', math.ceil(ends - now) + 60)
return string.format('%.6f', from - now)
"""


class Bucket:
    """One limit as this process knows it: what it may still send of what it has reserved."""

    def __init__(self, name: str, client: Callable[[], redis.Redis] = broker.client) -> None:
        self._name = name
        self._client = client
        self._lock = threading.Lock()
        self._rate: float | None = None
        #: processes that share the limit while Redis is away
        self._sharers = 1
        #: grows with every change of the rate
        self._version = 0
        self._left = 0.0
        self._ready = 0.0
        self._reserved_here = 0.0
        self._away_until = 0.0

    def set(self, rate: float | None, sharers: int = 1) -> None:
        """Let another rate hold, None for no limit; whoever waits at the old one asks anew."""
        with self._lock:
            self._sharers = max(sharers, 1)
            if rate != self._rate:
                self._rate, self._left, self._ready, self._reserved_here = rate, 0.0, 0.0, 0.0
                self._version += 1

    def spend(self, amount: float, token: Token) -> None:
        """Return once so much may be sent; raise what the token raises."""
        while self._rate is not None:
            with self._lock:
                version, ready = self._version, self._reserved(amount)
            if self._is_reached(ready, version, token):
                return

    def _reserved(self, amount: float) -> float:
        """Return when so much may be sent, by this process's monotonic clock. Call with the lock held."""
        if self._rate is None:
            return 0.0
        if self._left < amount:
            more = max(amount - self._left, self._rate * _SHARE)
            self._ready = time.monotonic() + self._ask(more, self._rate)
            self._left += more
        self._left -= amount
        return self._ready

    def _is_reached(self, ready: float, version: int, token: Token) -> bool:
        """Wait for a moment; say False as soon as the rate is another one."""
        while (left := ready - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE))
            token.check()
            if version != self._version:
                return False
        return True

    def _ask(self, amount: float, rate: float) -> float:
        """Reserve in everybody's queue; where that is away, in this process's own at its part of the rate."""
        now = time.monotonic()
        if now >= self._away_until:
            key = _KEY.format(self._name, f"{rate:g}")
            try:
                with broker.translated():
                    answer: Any = self._client().eval(_RESERVE, 1, key, rate, amount, _SHARE)
                    return float(answer)
            except BrokerUnreachable:
                self._away_until = time.monotonic() + _AWAY
        begins = max(self._reserved_here, now - _SHARE)
        self._reserved_here = begins + amount * self._sharers / rate
        return begins - now
