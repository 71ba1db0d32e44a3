"""
One limit of connections for each zone, over all workers, jobs and parallel ranges.

Holders are members of a sorted set with the time at which their claim runs out, taken and renewed by one atomic
script. Redis's own clock decides. When Redis is away each worker keeps to its share of the limit, at least one. While
the zone is overloaded less than the limit is granted (`flow`).
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import redis

from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker
from lading.orchestration.ledger.limits import sharers
from lading.orchestration.limits import flow

#: slots:{zone}  sorted set  holder -> second at which it counts as gone
_KEY = broker.PREFIX + "slots:{}"

#: seconds that a slot outlives its holder's last renewal
_TTL = 30

#: KEYS slots, flow; ARGV limit, ttl, wanted, holder prefix. Drops the dead, adds as many as fit, returns how many.
_TAKE = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local flow = string.match(redis.call('GET', KEYS[2]) or '', '^%d+')
local limit = math.min(tonumber(ARGV[1]), tonumber(flow or ARGV[1]))
local free = math.max(limit - redis.call('ZCARD', KEYS[1]), 0)
local granted = math.min(free, tonumber(ARGV[3]))
for i = 1, granted do redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[4] .. ':' .. i) end
redis.call('EXPIRE', KEYS[1], tonumber(ARGV[2]) * 2)
return granted
"""

#: KEYS slots; ARGV ttl, members… Renews them; those that Redis forgot are counted again, since they are in use.
_RENEW = """
local ends = tonumber(redis.call('TIME')[1]) + tonumber(ARGV[1])
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], ends, ARGV[i]) end
redis.call('EXPIRE', KEYS[1], tonumber(ARGV[1]) * 2)
"""


class ZoneSlots:
    """The engine's `Slots` for one zone."""

    def __init__(
        self, zone: str, limit: int, client: Callable[[], redis.Redis] = broker.client, *, ttl: int = _TTL
    ) -> None:
        self._key = _KEY.format(zone)
        self._flow = flow.KEY.format(zone)
        self._limit = limit
        self._client = client
        self._ttl = ttl

    @contextmanager
    def take(self, wanted: int) -> Iterator[int]:
        """
        Hold up to `wanted` slots while the context lasts; yield how many.

        One is always granted, so that every worker moves: with more workers than connections the limit is passed by
        that much and no more.
        """
        holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        try:
            granted = self._take(wanted, holder)
        except BrokerUnreachable:
            yield max(1, min(wanted, self._limit // sharers()))
            return
        ending = threading.Event()
        renewer = threading.Thread(target=self._renew, args=(granted, holder, ending), daemon=True, name="slots")
        renewer.start()
        try:
            yield max(granted, 1)
        finally:
            ending.set()
            renewer.join()
            self._release(granted, holder)

    def _take(self, wanted: int, holder: str) -> int:
        with broker.translated():
            return int(self._client().eval(_TAKE, 2, self._key, self._flow, self._limit, self._ttl, wanted, holder))

    def _renew(self, granted: int, holder: str, ending: threading.Event) -> None:
        while not ending.wait(self._ttl / 3):
            with contextlib.suppress(BrokerUnreachable), broker.translated():
                self._client().eval(_RENEW, 1, self._key, self._ttl, *_members(holder, granted))

    def _release(self, granted: int, holder: str) -> None:
        if granted:
            with contextlib.suppress(BrokerUnreachable), broker.translated():
                self._client().zrem(self._key, *_members(holder, granted))


def _members(holder: str, granted: int) -> list[str]:
    return [f"{holder}:{number}" for number in range(1, granted + 1)]
