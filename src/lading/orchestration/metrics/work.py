"""What is under way, what waits, and who works: from the ledger, by questions whose cost does not grow with its age."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from django.db.models import Count, Min
from prometheus_client.core import Metric

from lading.orchestration import watchers
from lading.orchestration.ledger import gates
from lading.orchestration.ledger.workers import living_since
from lading.orchestration.metrics import figures
from lading.orchestration.metrics.circuits import circuits
from lading.orchestration.metrics.totals import Totals
from lading.orchestration.models import ACTIVE, ENDED, OPEN, Batch, BatchState, Run, RunState, Tick, Window, Worker

#: held runs that are told of one by one
_HELD = 50
#: watchers that are told of
_WATCHERS = 100

_WORDS = {Window.OUTSIDE: "waiting", Window.SENDING: "waiting", Window.SENT: "sent"}


class Work:
    """Reads the ledger."""

    def __init__(self) -> None:
        self._totals = Totals()
        #: when there was last nothing to do: what was held back until then is not late
        self._idle = 0.0

    def read(self, at: float) -> Iterator[Metric]:
        """Yield the figures; `at` is the database's time."""
        runs = list(Run.objects.exclude(state__in=ENDED).values_list("pk", "state", "created_at", "ended_at"))
        yield from _runs(at, runs)
        totals, last_ended = self._totals.read()
        yield from totals
        oldest = min((created_at for _, state, created_at, _ in runs if state in ACTIVE), default=at)
        yield from self._batches(at, max(last_ended, oldest))
        yield from _queues(at)
        yield from _workers(at)
        yield circuits()
        late = sorted(watchers.all_of_them(at), key=lambda watcher: -watcher.overdue)[:_WATCHERS]
        yield figures.WATCHER_OVERDUE.by(((watcher.name,), watcher.overdue) for watcher in late)

    def _batches(self, at: float, last: float) -> Iterator[Metric]:
        """Count what can be done; `last` is when something last went on."""
        counts = _open_batches(at)
        if not counts:
            self._idle = at
        yield figures.BATCHES.by(counts.items())
        yield figures.STALLED.of(max(at - max(last, self._idle), 0.0))


def _runs(at: float, runs: list[tuple[int, str, float, float | None]]) -> Iterator[Metric]:
    states = Counter(state for _, state, _, _ in runs)
    yield figures.RUNS.by(((str(state),), states[state]) for state in RunState if state not in ENDED)
    # a run that is held has come to its end but for what somebody has to approve
    held = sorted((since or at, key) for key, state, _, since in runs if state == RunState.HELD)
    yield figures.RUN_HELD.by(((str(key),), at - since) for since, key in held[:_HELD])


def _open_batches(at: float) -> Counter[tuple[str, str]]:
    """Count open batches of runs that nothing but a service holds back, by queue and what they wait for."""
    runs = gates.passable(at).values("pk")
    open_ones = Batch.objects.filter(run__in=runs, state__in=OPEN).order_by()
    counts: Counter[tuple[str, str]] = Counter()
    for queue, state, window, number in open_ones.values_list("queue", "state", "window").annotate(Count("pk")):
        counts[queue, "leased" if state == BatchState.LEASED else _WORDS[Window(window)]] += number
    return counts


def _queues(at: float) -> Iterator[Metric]:
    sent = Batch.objects.filter(state=BatchState.QUEUED, window__gt=Window.OUTSIDE)
    oldest = sent.order_by().values_list("queue").annotate(since=Min("window_at"))
    yield figures.MESSAGE_AGE.by(((queue,), max(at - since, 0.0)) for queue, since in oldest)
    until = Batch.objects.filter(state=BatchState.LEASED).aggregate(until=Min("lease_until"))["until"]
    yield figures.LEASE_OVERDUE.of(max(at - until, 0.0) if until is not None else 0.0)


def _workers(at: float) -> Iterator[Metric]:
    slots: Counter[str] = Counter()
    silence: dict[str, float] = defaultdict(float)
    fresh = living_since(at)
    for host, queues, heartbeat in Worker.objects.values_list("host", "queues", "heartbeat"):
        silence[host] = max(silence[host], at - heartbeat)
        slots.update(queues.split(",") if heartbeat >= fresh else ())
    yield figures.SLOTS.by(((queue,), number) for queue, number in slots.items())
    yield figures.HEARTBEAT_AGE.by(((host,), age) for host, age in silence.items())
    swept = Tick.objects.filter(name="sweep").values_list("at", flat=True).first()
    if swept:
        yield figures.SWEEP_AGE.of(max(at - swept, 0.0))
