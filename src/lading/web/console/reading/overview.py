"""What is under way, what waits for a person, who works: the first page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings as django_settings
from django.db.models import Count

from lading.orchestration.kinds import private_kinds
from lading.orchestration.ledger.tallies import totals_of
from lading.orchestration.ledger.workers import living_since
from lading.orchestration.models import ACTIVE, ENDED, OPEN, Batch, BatchState, Run, RunState, Worker
from lading.web.console import rates
from lading.web.console.rates import Amount

_DAY = 86_400
#: runs that are shown one by one; the list of runs has all
_SHOWN = 20

#: runs of ours that are no one's errand
_SERVING = ("ingest-closing", "ingest-post-job", "plan")


def apart() -> list[str]:
    """Return the kinds of runs that are not shown among the others: errands of others, and what is one person's own."""
    return [*_SERVING, *private_kinds()]


#: states in which all that was planned is done
DONE = frozenset({RunState.DONE, RunState.DONE_WITH_FAILURES, RunState.HELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The runs by what a person wants to know of them."""

    running: int
    waiting: int
    held: int
    #: that failed, or ended with failures, in the last day
    failed: int
    #: that ended well in the last day
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One run in a list."""

    run: Run
    counts: dict[str, int]

    @property
    def changed(self) -> int:
        """Paths that were made, changed or removed."""
        return sum(self.counts[name] for name in ("created", "updated", "registered", "deleted"))

    @property
    def percent(self) -> float:
        """How much of what is planned is done."""
        if self.run.state in DONE:
            return 100.0
        done = Amount(files=self.changed + self.counts["failed"], bytes=self.counts["bytes"])
        planned = Amount(files=self.counts["planned_files"], bytes=self.counts["planned_bytes"])
        return round(100 * rates.share(done, planned), 1)

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it has not ended."""
        return None if self.run.ended_at is None else self.run.ended_at - (self.run.started_at or self.run.created_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One queue: who takes it, what waits in it."""

    name: str
    #: processes by host
    hosts: Sequence[tuple[str, int]]
    waiting: int
    at_work: int

    @property
    def slots(self) -> int:
        """Living processes that take it."""
        return sum(number for _, number in self.hosts)

    @property
    def is_stuck(self) -> bool:
        """Whether work waits that nobody takes."""
        return self.waiting > 0 and not self.slots


def figures(at: float) -> Figures:
    """Count the runs; one statement for those that go on, one for those of the last day."""
    going = Run.objects.exclude(state__in=ENDED).exclude(kind__in=apart())
    states = Counter(dict(going.order_by().values_list("state").annotate(Count("pk"))))
    over = Run.objects.filter(ended_at__gte=at - _DAY, state__in=ENDED).exclude(kind__in=apart())
    ended = Counter(dict(over.order_by().values_list("state").annotate(Count("pk"))))
    return Figures(
        running=states[RunState.RUNNING] + states[RunState.STOPPING],
        waiting=states[RunState.QUEUED] + states[RunState.WAITING] + states[RunState.PAUSED],
        held=states[RunState.HELD],
        failed=ended[RunState.FAILED] + ended[RunState.DONE_WITH_FAILURES],
        done=ended[RunState.DONE],
    )


def going_on() -> Sequence[Line]:
    """Return the newest runs that have not ended; three statements."""
    return lines_of(list(Run.objects.exclude(state__in=ENDED).exclude(kind__in=apart()).order_by("-pk")[:_SHOWN]))


def lately_failed(at: float) -> Sequence[Line]:
    """Return the newest runs of the last day that failed, wholly or in part; three statements."""
    bad = Run.objects.filter(ended_at__gte=at - _DAY, state__in=(RunState.FAILED, RunState.DONE_WITH_FAILURES))
    return lines_of(list(bad.exclude(kind__in=apart()).order_by("-ended_at")[:_SHOWN]))


def lines_of(runs: Sequence[Run]) -> Sequence[Line]:
    """Return runs with their counts; two statements."""
    counts = totals_of(runs)
    return [Line(run=run, counts=counts[run.pk]) for run in runs]


def queues(at: float) -> Sequence[Queue]:
    """Return every queue that has workers or work; two statements."""
    hosts: dict[str, Counter[str]] = defaultdict(Counter)
    for host, names in Worker.objects.filter(heartbeat__gte=living_since(at)).values_list("host", "queues"):
        for name in names.split(","):
            hosts[name][host] += 1
    under_way = Run.objects.filter(state__in=ACTIVE).values("pk")
    rows = (
        Batch.objects.filter(run__in=under_way, state__in=OPEN)
        .order_by()
        .values_list("queue", "state")
        .annotate(Count("pk"))
    )
    counts = {(queue, state): number for queue, state, number in rows}
    return [
        Queue(
            name=name,
            hosts=sorted(hosts[name].items()),
            waiting=counts.get((name, str(BatchState.QUEUED)), 0),
            at_work=counts.get((name, str(BatchState.LEASED)), 0),
        )
        for name in django_settings.QUEUES
        if hosts[name] or any(queue == name for queue, _ in counts)
    ]
