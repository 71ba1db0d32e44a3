"""
Adaptive concurrency: how many connections a zone gets now, between one and its limit, by what it shows of its load.

Every process gathers how long small requests took; once a second its keeper reports, and at most one report a second
changes anything. Nobody asks Redis for a single request.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import redis

from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker

#: flow:{service}  string  "limit baseline second": connections granted now, usual seconds of a small request, last change
KEY = broker.PREFIX + "flow:{}"

#: seconds without news after which a service is trusted with all its connections again
_KEPT = 600

#: seconds of a small request that no service is blamed for, whatever it usually takes
QUICK = 0.05
#: times the usual seconds up to which another connection is tried, and beyond which some are taken away
_GROWS_BELOW = 2.0
_SHRINKS_ABOVE = 4.0

#: KEYS flow; ARGV as it was read, as it shall be, seconds kept. Changes nothing if somebody else has.
_CHANGE = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What requests of one second or more have shown."""

    #: seconds that a small request took, in the mean
    latency: float
    #: connections that could not be had, or broke
    errors: int


def next_limit(now: int, load: Load, baseline: float, most: int) -> int:
    """
    Return how many connections there may be next.

    ======  ================================  ==================
    errors  small requests take               connections
    ======  ================================  ==================
    some    any time                          half
    none    up to twice the usual, or 50 ms   one more, to `most`
    none    up to four times the usual        as many
    none    longer                            a quarter less
    ======  ================================  ==================

    There is always one.
    """
    if load.errors:
        return max(1, min(now, most) // 2)
    if load.latency <= max(_GROWS_BELOW * baseline, QUICK):
        return min(now + 1, most)
    if load.latency <= _SHRINKS_ABOVE * baseline:
        return min(now, most)
    return max(1, min(now, most) * 3 // 4)


def next_baseline(baseline: float, latency: float) -> float:
    """Return the usual latency: it follows a quicker answer at once, and a slower one by a hundredth, for it may pass."""
    if not baseline or latency < baseline:
        return latency
    return baseline + (latency - baseline) / 100


class Gauge:
    """What this process has seen of a service since it last told the others; any thread may add."""

    def __init__(self, name: str, most: int) -> None:
        self.name = name
        #: connections that the service gets when all is well
        self.most = most
        self._lock = threading.Lock()
        self._requests = 0
        self._seconds = 0.0
        self._errors = 0

    def answered(self, seconds: float) -> None:
        """Count a small request and how long it took."""
        with self._lock:
            self._requests += 1
            self._seconds += seconds

    def broke(self) -> None:
        """Count a connection that could not be had, or broke."""
        with self._lock:
            self._errors += 1

    def report(self, client: redis.Redis) -> None:
        """Let what was seen have its effect on everybody's connections; keep it if it was somebody else's turn."""
        with self._lock:
            requests, seconds, errors = self._requests, self._seconds, self._errors
        if not requests and not errors:
            return
        load = Load(latency=seconds / requests if requests else 0.0, errors=errors)
        if change(client, self.name, load, self.most):
            with self._lock:
                self._requests -= requests
                self._seconds -= seconds
                self._errors -= errors


def change(client: redis.Redis, name: str, load: Load, most: int) -> bool:
    """Write what follows from a load; say whether it was this one's turn: one a second."""
    key = KEY.format(name)
    with client.pipeline(transaction=False) as pipe:
        pipe.get(key)
        pipe.time()
        raw, (second, _) = pipe.execute()
    text = bytes(raw or b"").decode()
    limit, baseline, at = _read(text, most)
    if second <= at:
        return False
    usual = next_baseline(baseline, load.latency) if load.latency else baseline
    then = f"{next_limit(limit, load, usual, most)} {usual:.6f} {second}"
    changed: Any = client.eval(_CHANGE, 1, key, text, then, _KEPT)
    return bool(changed)


def current(client: redis.Redis, name: str) -> int | None:
    """Return how many connections a service gets now; None: nobody has reported anything lately."""
    raw: Any = client.get(KEY.format(name))
    return _read(bytes(raw).decode(), 0)[0] if raw else None


def connections_now(name: str, most: int) -> int:
    """Return how many connections a service gets now, at most its limit; the limit where Redis does not say."""
    with suppress(BrokerUnreachable), broker.translated():
        found = current(broker.client(), name)
        return most if found is None else min(found, most)
    return most


def _read(text: str, most: int) -> tuple[int, float, int]:
    if not text:
        return most, 0.0, 0
    limit, baseline, at = text.split()
    return int(limit), float(baseline), int(at)
