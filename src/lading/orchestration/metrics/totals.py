"""
What all runs together have done, from the tallies of their batches.

A run that ended is summed up once and remembered; of runs under way only what they have not rolled up is read. What is told
never shrinks: a batch that is compared again may correct its tallies, and a counter that shrank would count as a restart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Max, Q, QuerySet, Sum
from prometheus_client.core import Metric

from lading.orchestration.ledger.tallies import OUTCOMES
from lading.orchestration.metrics import figures
from lading.orchestration.models import ENDED, Batch, BatchState, Run

_SUMMED = (*OUTCOMES, "bytes", "requests", "hooks")
#: seconds that the transaction that ended a run may have taken to become visible
_LATE = 60.0
#: runs that are named one by one in a statement
_FEW = 100


@dataclass(frozen=True, slots=True)
class Sums:
    """What the ended batches of one run have done."""

    batches: int
    #: in the order of `_SUMMED`
    values: tuple[int, ...]
    #: when the last of them ended that was read; 0: none was
    last: float


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that ended."""

    state: str
    at: float
    sums: Sums


class Totals:
    """Remembers what ended runs have done."""

    def __init__(self) -> None:
        self._ended: dict[int, Ended] = {}
        self._until = 0.0
        self._last = 0.0
        self._told: Counter[str] = Counter()

    def read(self) -> tuple[list[Metric], float]:
        """Return the figures, and when a batch last ended of a run that was not over then (0: none did)."""
        self._remember()
        open_runs = _sums(Run.objects.exclude(state__in=ENDED))
        everything = [run.sums for key, run in self._ended.items() if key not in open_runs]
        everything += open_runs.values()
        sums: Counter[str] = Counter({"batches": sum(one.batches for one in everything)})
        for place, name in enumerate(_SUMMED):
            sums[name] = sum(one.values[place] for one in everything)
        self._told |= sums
        self._last = max([self._last, *(one.last for one in open_runs.values())])
        return list(self._metrics()), self._last

    def _remember(self) -> None:
        """Sum up the runs that ended since the last time, a resumed one again."""
        fresh = Run.objects.filter(ended_at__gt=self._until - _LATE, state__in=ENDED)
        found = {key: (state, at or 0.0) for key, state, at in fresh.values_list("pk", "state", "ended_at")}
        new = [key for key, (_, at) in found.items() if key not in self._ended or self._ended[key].at != at]
        if new:
            sums = _sums(fresh if len(new) > _FEW else fresh.filter(pk__in=new))
            for key in new:
                state, at = found[key]
                self._ended[key] = Ended(state, at, sums.get(key, _NOTHING))
                self._until = max(self._until, at)

    def _metrics(self) -> Iterator[Metric]:
        states = Counter(run.state for run in self._ended.values())
        yield figures.RUNS_ENDED.by(((str(state),), states[str(state)]) for state in ENDED)
        yield figures.OUTCOMES.by(((name,), self._told[name]) for name in OUTCOMES)
        yield figures.BYTES.of(self._told["bytes"])
        yield figures.REQUESTS.of(self._told["requests"])
        yield figures.HOOKS.of(self._told["hooks"])
        yield figures.BATCHES_ENDED.of(self._told["batches"])


_NOTHING = Sums(0, (0,) * len(_SUMMED), 0.0)


def _sums(runs: QuerySet[Run]) -> dict[int, Sums]:
    """Return the sums of each run; those without an ended batch are left out. What a run has rolled up is not read."""
    rolled = dict(runs.exclude(rolled={}).order_by("-pk").values_list("pk", "rolled")[:_FEW])
    ended = Batch.objects.filter(run__in=runs.values("pk"), state__in=[BatchState.DONE, BatchState.PARKED]).order_by()
    unread = reduce(or_, (Q(run_id=key, pk__gt=kept["through"]) for key, kept in rolled.items()), ~Q(run_id__in=rolled))
    # an index has how many there are
    counts = dict(ended.values_list("run_id").annotate(Count("pk")))
    rows = ended.filter(unread).values_list("run_id").annotate(Max("ended_at"), *map(Sum, _SUMMED))
    read = {run_id: (last or 0.0, values) for run_id, last, *values in rows}
    found = {}
    for run_id, batches in counts.items():
        last, values = read.get(run_id, (0.0, [0] * len(_SUMMED)))
        kept = rolled[run_id]["sums"] if run_id in rolled else {}
        sums = tuple(kept.get(name, 0) + (value or 0) for name, value in zip(_SUMMED, values, strict=True))
        found[run_id] = Sums(batches, sums, last)
    return found
