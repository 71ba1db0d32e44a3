"""Schedules in the ledger: made, changed, switched on and off, taken away; and how late they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction

from lading.base.errors import UsageError
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import ENDED, Run, RunState
from lading.orchestration.schedules.models import Schedule
from lading.orchestration.schedules.terms import Terms
from lading.orchestration.schedules.timetable import Cron, Every, Timetable
from lading.orchestration.watchers import Watcher

#: in such a state nothing happens to a run by itself any more
AT_REST = (*ENDED, RunState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """What a schedule is about."""

    kind: str
    owner_id: int
    job_id: int
    name: str


def lock(job_id: int) -> None:
    """Let no tick begin a run of the job until this transaction ends; call before the job is locked, as ticks do."""
    list(Schedule.objects.select_for_update().filter(job_id=job_id).order_by("pk").values_list("pk"))


def put(owner: Owner, terms: Terms, *, enabled: bool | None = None) -> Schedule:
    """
    Let the owner's schedule be this one; `enabled` None: as it was, on where it is new.

    One whose timetable stays keeps its times; another timetable begins now.
    """
    with transaction.atomic():
        found = Schedule.objects.select_for_update().filter(kind=owner.kind, owner_id=owner.owner_id).first()
        begins_anew = found is None or found.timetable != terms.timetable
        found = found or Schedule(kind=owner.kind, owner_id=owner.owner_id)
        found.job_id, found.name = owner.job_id, owner.name
        found.catch_up, found.overlap = terms.catch_up.value, terms.overlap.value
        _set_timetable(found, terms.timetable)
        if enabled is not None:
            begins_anew |= enabled and not found.enabled
            found.enabled = enabled
        if begins_anew:
            _begin_anew(found)
        found.save()
    return found


def remove(kind: str, owner_id: int) -> None:
    """Take a schedule away, if there is one."""
    Schedule.objects.filter(kind=kind, owner_id=owner_id).delete()


def remove_all_of(job_id: int) -> None:
    """Take away what is about a job."""
    Schedule.objects.filter(job_id=job_id).delete()


def find(name: str) -> list[Schedule]:
    """Return the schedules of that name; `UsageError` if there is none."""
    found = list(Schedule.objects.filter(name=name).order_by("pk"))
    if not found:
        raise UsageError(f"{name} has no schedule", hint="`lading schedules list` shows those that there are")
    return found


def switch(name: str, *, enabled: bool) -> None:
    """Switch a schedule on or off; what was due while it was off is not made up for."""
    for key in [found.pk for found in find(name)]:
        turn(key, enabled=enabled)


def turn(key: int, *, enabled: bool) -> None:
    """Switch the schedule with that number on or off, as `switch` does."""
    with transaction.atomic():
        found = Schedule.objects.select_for_update().get(pk=key)
        if enabled and not found.enabled:
            _begin_anew(found)
        found.enabled = enabled
        found.save()


def lateness(at: float, resting: Collection[int] = ()) -> Iterator[Watcher]:
    """
    Yield each schedule that is switched on, with how late it is; but for jobs that rest.

    =================================  =============================================
    its newest run                     it is late
    =================================  =============================================
    is under way                       not at all
    is over                            since the first time after that run's end
    there is none                      since the first time after it was made
    =================================  =============================================
    """
    found = list(Schedule.objects.filter(enabled=True).exclude(job_id__in=resting).order_by("pk"))
    ends = _ends(one.run_id for one in found if one.run_id is not None)
    for one in found:
        over = ends.get(one.run_id or 0)
        if over is None and one.run_id is not None:
            yield Watcher(name=one.name, overdue=0.0)
            continue
        yield Watcher(name=one.name, overdue=max(at - one.timetable.following(over or one.since), 0.0))


def _ends(runs: Iterable[int]) -> dict[int, float]:
    """Return when those of the runs ended that are over."""
    over = Run.objects.filter(pk__in=list(runs), state__in=AT_REST).values_list("pk", "ended_at", "created_at")
    return {key: ended_at or created_at for key, ended_at, created_at in over}


def _begin_anew(found: Schedule) -> None:
    found.since = found.last = now()
    found.due_at = found.timetable.following(found.last)


def _set_timetable(found: Schedule, timetable: Timetable) -> None:
    every, cron = (timetable, None) if isinstance(timetable, Every) else (None, timetable)
    found.every = every.seconds if every else None
    found.cron, found.zone = (cron.expression, cron.zone) if isinstance(cron, Cron) else ("", "")
