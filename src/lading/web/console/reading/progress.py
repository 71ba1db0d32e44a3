"""How far a run is: the ledger's counts, what unfinished batches report on top, the rate of the last minute."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum

from lading.orchestration.ledger.tallies import OUTCOMES, totals_of
from lading.orchestration.models import ENDED, Batch, BatchState, Run, RunState
from lading.web.console import rates
from lading.web.console.rates import Amount
from lading.web.console.reading.course import MOVED
from lading.web.console.reading.live import LIVE
from lading.web.console.reading.overview import DONE

#: seconds over which the present rate is taken
_LATELY = 60.0
#: what finds more to do: while such a batch is open, what is planned grows
_SCANS = (".scan", ".compare")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A run as its page shows it."""

    run: Run
    counts: dict[str, int]
    done: Amount
    planned: Amount
    #: since it began, without what is told live
    average: Amount
    #: of the last minute; the average where nothing ended in it
    rate: Amount
    #: whether what is planned still grows
    is_scanning: bool
    seconds: float
    open_batches: int

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.run.state in ENDED

    @property
    def moves(self) -> bool:
        """Whether the page should ask again soon."""
        return not self.has_ended and self.run.state not in (RunState.HELD, RunState.PAUSED)

    @property
    def share(self) -> float:
        """How much of what is planned is done, 0 to 1."""
        if self.run.state in DONE:
            return 1.0
        return rates.share(self.done, self.planned)

    @property
    def percent(self) -> float:
        """The same in percent, to a tenth."""
        return round(self.share * 100, 1)

    @property
    def seconds_left(self) -> float | None:
        """How long it still takes; None where nobody can say."""
        return rates.seconds_left(self.done, self.planned, self.rate) if self.moves else None

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        """What became of the paths: those outcomes that there are."""
        return [(name, self.counts[name]) for name in OUTCOMES if self.counts[name]]


def progress_of(run: Run, at: float) -> Progress:
    """Return the progress of a run at the database's time: five statements, and one question to Redis while it goes on."""
    counts = totals_of([run])[run.pk]
    live = LIVE.of(run.pk, at) if run.state not in ENDED else Amount()
    moved = Amount(files=_moved(counts), bytes=counts["bytes"])
    seconds = max((run.ended_at or at) - (run.started_at or run.created_at), 0.0)
    average = moved.per(seconds)
    open_kinds = _open_kinds(run)
    lately = _lately(run, at) if open_kinds else Amount()
    return Progress(
        run=run,
        counts=counts,
        done=Amount(files=moved.files + live.files, bytes=moved.bytes + live.bytes),
        planned=Amount(files=counts["planned_files"], bytes=counts["planned_bytes"]),
        average=average,
        rate=lately if lately.is_something else average,
        is_scanning=any(kind.endswith(_SCANS) for kind in open_kinds),
        seconds=seconds,
        open_batches=sum(open_kinds.values()),
    )


def _moved(counts: dict[str, int]) -> int:
    return sum(counts[name] for name in OUTCOMES if name != "unchanged")


def _open_kinds(run: Run) -> dict[str, int]:
    rows = Batch.objects.filter(run=run, state__in=(BatchState.QUEUED, BatchState.LEASED)).order_by()
    return dict(rows.values_list("kind").annotate(Count("pk")))


def _lately(run: Run, at: float) -> Amount:
    """Return the rate of the last minute, or since the run began if that is less."""
    since = max(at - _LATELY, run.started_at or at)
    found = Batch.objects.filter(run=run, ended_at__gte=since).aggregate(files=Sum(MOVED), size=Sum("bytes"))
    return Amount(files=found["files"] or 0, bytes=found["size"] or 0).per(max(at - since, 1.0))
