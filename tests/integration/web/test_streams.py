"""Event streams over a real Redis: what is told, what was missed, what is shared."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import redis
from django.db import connections

from lading.base.config import Settings
from lading.ingest.app.definition import Definition
from lading.orchestration import broker, progress
from lading.orchestration.ledger import control, runs
from lading.orchestration.ledger.clock import now
from lading.orchestration.ledger.why import Why
from lading.orchestration.models import Run, RunState
from lading.orchestration.progress import Meter
from lading.web import streams
from lading.web.streams import Hub

#: seconds within which everything here happens, or never
PATIENCE = 20.0


@dataclass(frozen=True)
class Told:
    """One event as a browser has it."""

    kind: str
    data: dict[str, Any]
    id: str


def parsed(wire: bytes) -> Told | None:
    fields = dict(line.partition(": ")[::2] for line in wire.decode().splitlines() if line and line[0] != ":")
    return Told(fields["event"], json.loads(fields["data"]), fields.get("id", "")) if fields else None


async def following(events: AsyncIterator[bytes]) -> Told:
    """Return the next event."""
    while True:
        told = parsed(await asyncio.wait_for(anext(events), PATIENCE))
        if told is not None:
            return told


@pytest.fixture
def run(shared_ledger: Settings) -> Run:
    options = Definition(source="/data", destination="/tempZone/home/rods").options()
    return Run.objects.create(kind="ingest", title="a", state=RunState.RUNNING, created_at=now(), options=options)


async def tell(run_id: int, files: int) -> None:
    """Report as a worker does."""

    def report() -> None:
        meter = Meter(run_id, 1)
        meter.files = files
        broker.client().delete(f"{broker.PREFIX}run:{run_id}:tick")
        progress.tell([meter])

    await streams.in_ledger(report)


def test_a_watcher_is_told_until_the_end(run: Run) -> None:
    """The state of now, what workers report, what only the ledger knows, and the end."""

    async def watch() -> list[Told]:
        events = Hub().watch(run.pk)
        told = [await following(events)]
        while told[-1].data["files"] != 7:  # until the reader has found its place nothing else is promised
            await tell(run.pk, 7)
            told.append(await following(events))
        await streams.in_ledger(lambda: control.pause(run.pk))
        while told[-1].data["state"] != "paused":
            told.append(await following(events))
        await streams.in_ledger(lambda: Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING))
        await streams.in_ledger(lambda: runs.fail(run.pk, Why("STOPPED_ON_REQUEST", "enough")))
        while told[-1].kind != "end":
            told.append(await following(events))
        with pytest.raises(StopAsyncIteration):
            await anext(events)
        return told

    told = asyncio.run(watch())
    paused = next(one for one in told if one.data.get("state") == "paused")
    assert (told[0].kind, told[0].data["state"], told[0].data["schema"]) == ("state", "running", 1)
    assert (paused.data["reason"], told[-2].data["reason"]) == ("paused on request", "enough")
    assert any(one.id for one in told)


def test_what_was_missed_is_told_again_while_it_is_there(run: Run) -> None:
    """After `Last-Event-ID`; once Redis has lost it, the state of now."""

    async def watch() -> tuple[list[Told], Told]:
        for files in (1, 2, 3):
            await tell(run.pk, files)
        first: Any = broker.client().xrange(progress.stream_of(run.pk), count=1)
        last = first[0][0].decode()
        events = Hub().watch(run.pk, last)
        missed = [await following(events) for _ in range(2)]
        await events.aclose()
        broker.client().flushall()
        events = Hub().watch(run.pk, last)
        fresh = await following(events)
        await events.aclose()
        return missed, fresh

    missed, fresh = asyncio.run(watch())
    assert ([one.data["files"] for one in missed], fresh.id, fresh.data["files"]) == ([2, 3], "", 0)


def test_news_come_each_once_over_any_number_of_reconnects(run: Run) -> None:
    """No gap and no repetition while a worker goes on telling: each suggestion is news, of states the last one is enough."""
    number = 60

    async def watch() -> list[int]:
        await tell(run.pk, 1)
        first: Any = broker.client().xrange(progress.stream_of(run.pk), count=1)
        last = first[0][0].decode()
        heard: list[int] = []

        async def work() -> None:
            for one in range(number):
                await streams.in_ledger(partial(progress.tell_news, run.pk, kind="suggestion", suggestion=one))

        working = asyncio.create_task(work())
        while len(heard) < number:
            events = Hub().watch(run.pk, last)
            for _ in range(7):  # then the connection is lost
                told = await following(events)
                last = told.id or last
                if told.kind == "suggestion":
                    heard.append(told.data["suggestion"])
                if len(heard) >= number:
                    break
            await events.aclose()
        await working
        return heard

    assert list(range(number)) == asyncio.run(watch())


def test_who_watches_all_runs_hears_nothing_of_a_private_one(run: Run) -> None:
    """Not even that somebody else watches it."""
    private = Run.objects.create(kind="cv-review", title="CV review", state="running", created_at=0, options={})

    async def watch() -> set[int]:
        hub = Hub()
        mine, of_all = hub.watch(private.pk), hub.watch_all()
        await following(mine)
        await following(of_all)
        found: set[int] = set()
        while run.pk not in found:
            await tell(private.pk, 3)
            await following(mine)
            await tell(run.pk, 3)
            await streams.in_ledger(lambda: Run.objects.filter(pk=run.pk).update(reason=str(len(found))))
            with contextlib.suppress(TimeoutError):
                found.add((await asyncio.wait_for(following(of_all), 3)).data.get("run", 0))
        await mine.aclose()
        await of_all.aclose()
        return found

    assert private.pk not in asyncio.run(watch())


def test_a_hundred_watchers_share_one_reader_and_leave_nothing_behind(run: Run, shared_ledger: Settings) -> None:
    """One connection to Redis for all of them, none to the database; none of either once they are gone."""
    client = redis.Redis.from_url(shared_ledger.redis_client_url)

    def readers() -> int:
        listed: Any = client.client_list()
        return sum(one["cmd"].startswith(("xread", "xrevrange")) for one in listed)

    async def watch() -> tuple[int, set[int], bool]:
        hub = Hub()
        open_streams = [hub.watch(run.pk) for _ in range(99)]
        of_all = hub.watch_all()
        await asyncio.gather(*(following(events) for events in [*open_streams, of_all]))
        found: set[int] = set()
        while 9 not in found:
            await tell(run.pk, 9)
            found = {told.data["files"] for told in await asyncio.gather(*map(following, open_streams))}
        change = await following(of_all)
        shared = readers()
        is_held = await asyncio.get_running_loop().run_in_executor(
            streams._ledger, lambda: connections["default"].connection is not None
        )
        for events in [*open_streams, of_all]:
            await events.aclose()
        assert change.data["run"] == run.pk
        return shared, found, is_held

    before = readers()
    shared, found, is_held = asyncio.run(watch())
    assert (shared - before, found, is_held) == (1, {9}, False)
    ends = time.monotonic() + 20
    while readers() != before:  # Redis notices a moment later that somebody is gone
        assert time.monotonic() < ends
        time.sleep(0.05)
    client.close()
