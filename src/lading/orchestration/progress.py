"""
Progress, told at most once a second for each run.

The truth is in the ledger; Redis carries it to whoever watches. Losing Redis loses nothing but the view.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from lading.base.errors import BrokerUnreachable
from lading.base.events import BytesMoved, Event, FileDone
from lading.orchestration import broker
from lading.orchestration.ledger.tallies import totals
from lading.orchestration.models import ENDED, Run, RunState

#: run:{id}  stream  progress events of one run, trimmed to ~1000, gone an hour after the last one
_STREAM = broker.PREFIX + "run:{}"
#: run:{id}:tick  string  there while an event of this second was told
_TICK = broker.PREFIX + "run:{}:tick"
#: run:{id}:live  hash  batch id -> "files,bytes" done by batches that have not ended yet
_LIVE = broker.PREFIX + "run:{}:live"

#: states in which a run has nothing to say that is in the ledger alone
_WITHOUT_REASON = frozenset({RunState.QUEUED, RunState.RUNNING})

_LONGEST = 1_000
_KEPT = 3_600
_EVERY_MS = 900


class Meter:
    """What one batch has done so far; any thread may count."""

    def __init__(self, run_id: int, batch_id: int) -> None:
        self.run_id = run_id
        self.batch_id = batch_id
        self.files = 0
        self.bytes = 0
        #: bytes of files that are not done yet: they are in `bytes` already
        self._moving: dict[str, int] = {}
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Count an event of the engine: the meter is a sink."""
        with self._lock:
            if isinstance(event, FileDone):
                self.files += 1
                self.bytes += event.bytes - self._moving.pop(event.path, 0)
            elif isinstance(event, BytesMoved):
                self.bytes += event.bytes
                self._moving[event.path] = self._moving.get(event.path, 0) + event.bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A run as a watcher sees it."""

    run: int
    state: str
    code: str
    reason: str
    stage: str
    files: int
    bytes: int
    planned_files: int
    planned_bytes: int
    failed: int
    unchanged: int
    at: float

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ENDED


def read(run_id: int, live: tuple[int, int] = (0, 0)) -> State:
    """Return the state from the ledger, with what unfinished batches report on top."""
    run = Run.objects.get(pk=run_id)
    sums = totals(run_id)
    moved = sums["created"] + sums["updated"] + sums["registered"] + sums["skipped"] + sums["failed"] + sums["deleted"]
    return State(
        run=run_id,
        state=run.state,
        code=run.code,
        reason=run.reason,
        stage=run.stage,
        files=moved + live[0],
        bytes=sums["bytes"] + live[1],
        planned_files=sums["planned_files"],
        planned_bytes=sums["planned_bytes"],
        failed=sums["failed"],
        unchanged=sums["unchanged"],
        at=time.time(),
    )


def stream_of(run_id: int) -> str:
    """Return the name of the stream in Redis that has the events of a run."""
    return _STREAM.format(run_id)


def run_of(stream: str) -> int:
    """Return the run whose events a stream has."""
    return int(stream.rpartition(":")[2])


def tell(meters: Sequence[Meter]) -> None:
    """Report what these batches have done; at most one event a second for each run, whoever is first."""
    client = broker.client()
    with broker.translated():
        for meter in meters:
            key = _LIVE.format(meter.run_id)
            client.hset(key, str(meter.batch_id), f"{meter.files},{meter.bytes}")
            client.expire(key, _KEPT)
    for run_id in {meter.run_id for meter in meters}:
        _tell(run_id)


def batch_ended(run_id: int, batch_id: int) -> None:
    """Forget a batch's part, which is in the ledger now, and tell; a broker that is away is no matter."""
    try:
        with broker.translated():
            broker.client().hdel(_LIVE.format(run_id), str(batch_id))
        _tell(run_id)
    except BrokerUnreachable:
        return


def _tell(run_id: int) -> None:
    client = broker.client()
    with broker.translated():
        ended = Run.objects.filter(pk=run_id, state__in=ENDED).exists()
        if not ended and not client.set(_TICK.format(run_id), "1", nx=True, px=_EVERY_MS):
            return
        state = replace(read(run_id, live_of(run_id)), reason="")  # it may name a path, and those are not for Redis
        stream = _STREAM.format(run_id)
        client.xadd(stream, {"state": json.dumps(asdict(state))}, maxlen=_LONGEST, approximate=True)
        client.expire(stream, _KEPT)


def tell_news(run_id: int, **news: str | int) -> None:
    """
    Tell at once of something that was found, by its kind and numbers: never a text of a document, never a path.

    The event holds the run's state as every other one does, and the news beside it. A broker that is away is no matter.
    """
    try:
        state = replace(read(run_id, live_of(run_id)), reason="")
        stream = _STREAM.format(run_id)
        with broker.translated():
            told: dict[Any, Any] = {"state": json.dumps(asdict(state)), "news": json.dumps(news)}
            broker.client().xadd(stream, told, maxlen=_LONGEST, approximate=True)
            broker.client().expire(stream, _KEPT)
    except BrokerUnreachable:
        return


def forget(run_id: int) -> None:
    """Remove what Redis has of a run's progress; a broker that is away forgets it by itself within the hour."""
    try:
        with broker.translated():
            broker.client().delete(*(key.format(run_id) for key in (_STREAM, _TICK, _LIVE)))
    except BrokerUnreachable:
        return


def live_of(run_id: int) -> tuple[int, int]:
    """Return files and bytes that unfinished batches report; call inside `broker.translated`."""
    parts: Any = broker.client().hgetall(_LIVE.format(run_id))
    pairs = [bytes(part).decode().split(",") for part in parts.values()]
    return sum(int(files) for files, _ in pairs), sum(int(size) for _, size in pairs)


def follow(run_id: int, *, every: float = 1.0) -> Iterator[State]:
    """Yield the run's state whenever there is news, at least every few seconds, until it has ended."""
    state = read(run_id)
    yield state
    last = "$"
    while not state.has_ended:
        last, told = _next(run_id, last, every)
        state = told if told is not None and told.state in _WITHOUT_REASON else read(run_id)
        yield state


def _next(run_id: int, last: str, every: float) -> tuple[str, State | None]:
    try:
        with broker.translated():
            news: Any = broker.client().xread({_STREAM.format(run_id): last}, block=int(every * 1000), count=100)
    except BrokerUnreachable:
        time.sleep(every)
        return last, None
    if not news:
        return last, None
    entry, fields = news[0][1][-1]
    return entry.decode(), State(**json.loads(fields[b"state"]))
