"""
Runs as they change, for any number of watchers in one process: one reader of Redis, one look at the ledger, for all.

==================  =========================================================================================
from                what
==================  =========================================================================================
Redis               progress that workers told: one blocking read for all runs that somebody watches
the ledger          states that nobody tells there (paused, held, a Redis that is away): one statement for all
==================  =========================================================================================

No stream holds a connection to the database, or a thread. What a watcher gets is always a whole state, so that one who is slow
may miss some and lose nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import redis.asyncio as aioredis
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Q
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from lading.base import config
from lading.orchestration import progress
from lading.orchestration.kinds import private_kinds
from lading.orchestration.models import ENDED, Run
from lading.web.happenings import Event, Standing, comes_after, of_entry, of_state

Read = TypeVar("Read")

#: seconds between two looks at the ledger while somebody watches
_LOOK = 1.0
#: milliseconds that one read of Redis waits for news; whoever begins to watch waits no longer than that
_WAIT_MS = 250
#: seconds after which a stream without news says that it lives, so that nobody in between closes it
_QUIET = 15.0
#: seconds for which a Redis that did not answer is left alone
_PAUSE = 2.0
#: events that were missed are brought again: all that Redis keeps of a run
_REPLAYED = 1_000

#: news that one watcher may be behind with
_KEPT = 1_000

#: runs that are looked at for who watches all
_MOST = 500

#: everything about the ledger is asked here, by one thread
_ledger = ThreadPoolExecutor(1, thread_name_prefix="streams")


#: for whoever is in between: nothing happened
_ALIVE = b": still here\n\n"
#: as the number of a run: all of them
ALL = 0


@dataclass(slots=True, eq=False)
class _Watcher:
    """One open stream: the newest event of each run that it has not taken yet, and all news."""

    run_id: int
    has_some: asyncio.Event = field(default_factory=asyncio.Event)
    news: deque[Event] = field(default_factory=lambda: deque(maxlen=_KEPT))
    newest: dict[int, Event] = field(default_factory=dict)
    has_ended: bool = False
    #: place of the last event that it has got; "" before there is one
    told_to: str = ""

    def tell(self, run_id: int, event: Event) -> None:
        if event.is_news:
            self.news.append(event)
        else:
            self.newest[run_id] = event
        self.has_ended = self.has_ended or (event.is_last and self.run_id != ALL)
        self.has_some.set()

    async def take(self) -> Sequence[Event]:
        """Return the newest events; none where there was nothing for a while."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.has_some.wait(), _QUIET)
        self.has_some.clear()
        taken, self.newest = [*self.news, *self.newest.values()], {}
        self.news.clear()
        return [event for event in taken if self.is_new(event)]

    def is_new(self, event: Event) -> bool:
        """Say whether an event was not told here yet, and note that it is now."""
        if not event.id or self.run_id == ALL:
            return True
        if self.told_to and not comes_after(event.id, self.told_to):
            return False
        self.told_to = event.id
        return True


class Hub:
    """All watchers of one event loop."""

    def __init__(self) -> None:
        self._watchers: dict[int, set[_Watcher]] = {}
        #: of each run that is of interest, how far its stream in Redis was read; "" where nobody has looked yet
        self._read_to: dict[int, str] = {}
        #: what the ledger said last of each such run: state, reason, stage
        self._seen: dict[int, Standing] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._redis: aioredis.Redis | None = None

    async def watch(self, run_id: int, last: str = "") -> AsyncGenerator[bytes, None]:
        """Yield the events of a run until it has ended: those since `last` if Redis still has them, else its state now."""
        watcher = self._joined(run_id)
        try:
            if last:  # where reading begins is found first: what comes meanwhile is brought by both, and told once
                with contextlib.suppress(RedisError, OSError):
                    await self._find_place(run_id)
            missed = await self._since(run_id, last) if last else []
            for event in missed:
                if watcher.is_new(event):
                    yield event.wire
            state = await in_ledger(lambda: progress.read(run_id))
            if not missed or state.has_ended:
                yield of_state(state).wire
            watcher.has_ended = watcher.has_ended or state.has_ended
            while not watcher.has_ended or watcher.newest or watcher.news:
                for wire in [event.wire for event in await watcher.take()] or [_ALIVE]:
                    yield wire
            yield Event(kind="end").wire
        finally:
            await self._leave(watcher)

    async def watch_all(self) -> AsyncGenerator[bytes, None]:
        """Yield an event whenever a run began, went on or changed its state, at most about one a second and run."""
        watcher = self._joined(ALL)
        try:
            yield Event(kind="change").wire
            while True:
                for wire in [event.as_change.wire for event in await watcher.take()] or [_ALIVE]:
                    yield wire
        finally:
            await self._leave(watcher)

    def _joined(self, run_id: int) -> _Watcher:
        watcher = _Watcher(run_id)
        self._watchers.setdefault(run_id, set()).add(watcher)
        if run_id != ALL:
            self._read_to.setdefault(run_id, "")
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._read_redis()), asyncio.create_task(self._look_at_ledger())]
        return watcher

    async def _leave(self, watcher: _Watcher) -> None:
        others = self._watchers.get(watcher.run_id, set())
        others.discard(watcher)
        if not others:
            self._watchers.pop(watcher.run_id, None)
            self._forget_all_but(self._watchers.keys() | (self._seen.keys() if ALL in self._watchers else set()))
        if not self._watchers:
            for task in self._tasks:
                task.cancel()
            client, self._tasks, self._redis = self._redis, [], None
            if client is not None:
                with contextlib.suppress(RedisError, OSError):
                    await client.aclose()

    def _forget_all_but(self, wanted: AbstractSet[int]) -> None:
        for known in (self._read_to, self._seen):
            for run_id in known.keys() - wanted:
                known.pop(run_id)

    def _client(self) -> aioredis.Redis:
        if self._redis is None:
            self._redis = aioredis.Redis.from_url(
                config.current().redis_client_url, socket_timeout=5, retry=Retry(NoBackoff(), 0)
            )
        return self._redis

    async def _since(self, run_id: int, last: str) -> list[Event]:
        """Return what was told after an event; nothing where Redis does not have that event any more."""
        try:
            found: Any = await self._client().xrange(progress.stream_of(run_id), min=last, count=_REPLAYED + 1)
        except (RedisError, OSError):
            return []
        if not found or found[0][0].decode() != last:
            return []
        return [of_entry(entry, fields) for entry, fields in found[1:]]

    async def _read_redis(self) -> None:
        """Tell what workers tell."""
        while True:
            try:
                await self._find_places()
                places: dict[Any, Any] = {
                    progress.stream_of(run_id): place for run_id, place in self._read_to.items() if place
                }
                news: Any = await self._client().xread(places, block=_WAIT_MS, count=100) if places else None
            except (RedisError, OSError):
                await asyncio.sleep(_PAUSE)
                continue
            if not places:
                await asyncio.sleep(_WAIT_MS / 1000)
            for name, entries in news or ():
                self._tell_newest(progress.run_of(name.decode()), entries)

    async def _find_places(self) -> None:
        """Look where the streams end whose reading begins."""
        for run_id in [run_id for run_id, place in self._read_to.items() if not place]:
            await self._find_place(run_id)

    async def _find_place(self, run_id: int) -> None:
        newest: Any = await self._client().xrevrange(progress.stream_of(run_id), count=1)
        if self._read_to.get(run_id) == "":  # nobody else has found it meanwhile
            self._read_to[run_id] = newest[0][0].decode() if newest else "0-0"

    def _tell_newest(self, run_id: int, entries: Sequence[tuple[bytes, dict[bytes, bytes]]]) -> None:
        """Tell all news of some entries, and the state of the last one."""
        if run_id not in self._read_to:
            return
        self._read_to[run_id] = entries[-1][0].decode()
        events = [of_entry(entry, fields) for entry, fields in entries]
        for news in events:
            if news.is_news:
                self._tell(run_id, news)
        event = events[-1]
        if event.is_news:
            return
        known = self._seen.get(run_id)
        if (
            known is None or known.state == event.state
        ):  # another state is about to be told by the ledger, with its reason
            self._tell(run_id, event)

    def _tell(self, run_id: int, event: Event) -> None:
        for watcher in self._watchers.get(run_id, ()):
            watcher.tell(run_id, event)
        known = self._seen.get(run_id)
        # a run that was not looked at yet may be one person's own
        if known is not None and not known.is_private and not event.is_news:
            for watcher in self._watchers.get(ALL, ()):
                watcher.tell(run_id, event)

    async def _look_at_ledger(self) -> None:
        """Tell what only the ledger knows."""
        while True:
            wanted = frozenset(self._watchers)
            with contextlib.suppress(DatabaseError):
                await self._compare(await in_ledger(partial(_standings, wanted)), is_first=not self._seen)
            await asyncio.sleep(_LOOK)

    async def _compare(self, standings: Mapping[int, Standing], *, is_first: bool) -> None:
        for run_id, standing in standings.items():
            before = self._seen.get(run_id)
            self._seen[run_id] = standing
            if run_id not in self._read_to:
                self._read_to[run_id] = ""
            if before != standing and (before is not None or not is_first):
                self._tell(run_id, of_state(await in_ledger(partial(progress.read, run_id))))
        for run_id in self._seen.keys() - standings.keys():  # of all: it has ended
            self._tell(run_id, Event(kind="state", run=run_id))
        self._forget_all_but(standings.keys() | self._watchers.keys())


#: of this process: uvicorn has one event loop
hub = Hub()


async def in_ledger(read: Callable[[], Read]) -> Read:
    """Ask the ledger outside the event loop, and leave no connection behind."""
    return await asyncio.get_running_loop().run_in_executor(_ledger, _closing, read)


def _closing(read: Callable[[], Read]) -> Read:
    try:
        return read()
    finally:
        connection.close()


def _standings(watched: frozenset[int]) -> dict[int, Standing]:
    """Return how the runs stand that are of interest: those that are watched, and for who watches all those that go on."""
    wanted = Q(pk__in=watched)
    if ALL in watched:
        wanted |= ~Q(state__in=ENDED) & ~Q(kind__in=private_kinds())
    rows = Run.objects.filter(wanted).order_by("-pk").values_list("pk", "state", "reason", "stage", "kind")[:_MOST]
    private = private_kinds()
    return {
        pk: Standing(state=state, reason=reason, stage=stage, is_private=kind in private)
        for pk, state, reason, stage, kind in rows
    }
