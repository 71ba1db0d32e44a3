"""
What all runs together have done, from the tallies of their batches.

A run that ended is summed up once and remembered, so a scrape reads ended batches of runs under way only. What is told
never shrinks: a batch that is compared again may correct its tallies, and a counter that shrank would count as a restart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet, Sum
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
    #: when the last of them ended
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
        self._told: Counter[str] = Counter()

    def read(self) -> tuple[list[Metric], float]:
        """Return the figures, and when the last batch ended of a run that is not over (0: none did)."""
        self._remember()
        open_runs = _sums(Run.objects.exclude(state__in=ENDED))
        everything = [run.sums for key, run in self._ended.items() if key not in open_runs]
        everything += open_runs.values()
        sums: Counter[str] = Counter({"batches": sum(one.batches for one in everything)})
        for place, name in enumerate(_SUMMED):
            sums[name] = sum(one.values[place] for one in everything)
        self._told |= sums
        return list(self._metrics()), max((one.last for one in open_runs.values()), default=0.0)

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
    """Return the sums of each run; those without an ended batch are left out."""
    ended = Batch.objects.filter(run__in=runs.values("pk"), state__in=[BatchState.DONE, BatchState.PARKED])
    asked = [Count("pk"), Max("ended_at"), *map(Sum, _SUMMED)]
    rows = ended.order_by().values_list("run_id").annotate(*asked)
    return {
        run_id: Sums(batches, tuple(value or 0 for value in values), last or 0.0)
        for run_id, batches, last, *values in rows
    }
