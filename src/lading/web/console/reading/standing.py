"""What a job does without being asked, and how that stands: its schedule with the next times, its watch, who is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lading.base import units
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job, Watch
from lading.ingest.app.scheduling import KIND
from lading.orchestration.limits.window import clock_of, local_zone
from lading.orchestration.models import Run, Schedule
from lading.orchestration.schedules.timetable import Every, upcoming

#: times that are shown of a schedule
NEXT = 3

_WHEN = {"failure": "failures", "change": "changes and failures", "always": "every run"}
_CATCH_UP = {
    "once": "one run stands for all that were missed",
    "none": "runs that were missed are left out",
    "all": "each run that was missed is made up for",
}
_OVERLAP = {
    "skip": "is left out while another run is under way",
    "queue": "waits while another run is under way",
    "stop-old": "stops the run that is under way",
    "refuse": "is refused while another run is under way",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One schedule as a page tells it."""

    schedule: Schedule
    #: whether it is what a watched job is run by as a whole
    reconciles: bool
    #: when the next runs begin, with the text on the clocks of the schedule
    next: Sequence[tuple[float, str]]
    run: Run | None

    @property
    def when(self) -> str:
        """When runs begin."""
        timetable = self.schedule.timetable
        if isinstance(timetable, Every):
            return f"every {units.duration(timetable.seconds)}"
        return f"{timetable.expression} ({timetable.zone})"

    @property
    def rules(self) -> str:
        """What becomes of runs that cannot begin."""
        return f"{_CATCH_UP[self.schedule.catch_up]}; one that is due {_OVERLAP[self.schedule.overlap]}"

    @property
    def is_ours(self) -> bool:
        """Whether the job says so itself, and not somebody who started it under another name."""
        return self.schedule.kind == KIND


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A watch as a page tells it."""

    watch: Watch
    is_watched: bool
    run: Run | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that a job does unasked."""

    schedules: Sequence[Planned]
    watch: Watched | None
    #: of which runs, and who
    messages: Sequence[tuple[str, str]]

    @property
    def has_schedule(self) -> bool:
        """Whether the job has a schedule that can be taken away by itself."""
        return any(one.is_ours and not one.reconciles for one in self.schedules)


def standing_of(job: Job, definition: Definition, at: float) -> Standing:
    """Return how what a job does unasked stands; three statements."""
    schedules = list(Schedule.objects.filter(job_id=job.pk).order_by("pk"))
    watch = Watch.objects.filter(job=job).first()
    begun = [one.run_id for one in schedules] + ([watch.run_id] if watch else [])
    runs = Run.objects.in_bulk([run_id for run_id in begun if run_id])
    return Standing(
        schedules=[
            Planned(
                schedule=one,
                reconciles=one.kind == KIND and definition.schedule is None,
                next=next_times(one, at),
                run=runs.get(one.run_id or 0),
            )
            for one in schedules
        ],
        watch=Watched(watch=watch, is_watched=watch.lease_until > at, run=runs.get(watch.run_id or 0))
        if watch
        else None,
        messages=[
            (_WHEN[row.when.value], ", ".join([*row.email, *([row.webhook] if row.webhook else [])]))
            for row in definition.notify
        ],
    )


def next_times(one: Schedule, at: float, count: int = NEXT) -> Sequence[tuple[float, str]]:
    """Return when the next runs begin, each with its text; none where the schedule is switched off."""
    if not one.enabled:
        return []
    clock = clock_of(one.zone or local_zone())
    moments = upcoming(one.timetable, one.last, at, count)
    return [(moment, f"{datetime.fromtimestamp(moment, clock):%a %Y-%m-%d %H:%M %Z}") for moment in moments]
