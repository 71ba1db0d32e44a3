"""
The tick: runs that are due begin.

Each worker process offers it with the sweep. A lock on the schedule's row lets one of many begin a run, in the transaction
that sets when the next one is due: so no run begins twice, and none is lost with a process that dies in between.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection

from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import Q, QuerySet

from lading.base.errors import LadingError
from lading.orchestration import served
from lading.orchestration.ledger import control
from lading.orchestration.ledger.clock import now
from lading.orchestration.overlap import Overlap
from lading.orchestration.schedules.deciding import CatchUp, Decision, Step, due
from lading.orchestration.schedules.models import Schedule

log = logging.getLogger(__name__)

#: schedules looked at in one tick; the next one takes the rest
_LIMIT = 200
#: seconds by which the last time may lie ahead of the clock: beyond, the clock was set back
_AHEAD = 1.0

#: kind -> begins a run for a schedule, in the same transaction, and returns its number; raises why there is none
starters: dict[str, Callable[[Schedule], int]] = {}

#: kind -> queues of the workers that have what its starter needs; a kind that is not named here is everybody's
begun_by: dict[str, Collection[str]] = {}


def tick() -> None:
    """Begin what is due; a schedule that cannot be dealt with keeps no other one from being."""
    for key in list(_to_look_at(now()).order_by("due_at").values_list("pk", flat=True)[:_LIMIT]):
        try:
            _look(key)
        except DatabaseError as error:
            log.warning("schedule %d: %s", key, error)
        except Exception:
            log.exception("schedule %d", key)


def _to_look_at(at: float) -> QuerySet[Schedule]:
    ours = [kind for kind in starters if served.any_of(begun_by.get(kind))]
    return Schedule.objects.filter(Q(due_at__lte=at) | Q(last__gt=at + _AHEAD), enabled=True, kind__in=ours)


def _look(key: int) -> None:
    """Deal with one schedule, wholly or not at all; whoever comes second finds it dealt with."""
    with transaction.atomic():
        at = now()
        found = _to_look_at(at).select_for_update().filter(pk=key).first()
        if found is None:
            return
        decision = _decided(found, at)
        if decision.step is Step.BEGIN:
            _begin(found)
        elif decision.step is Step.MISS:
            found.told = "it was too late when somebody looked, and nothing is made up for"
            log.warning("schedule %s: %s", found.name, found.told)
        found.last, found.due_at = decision.last, decision.next
        found.save(update_fields=["last", "due_at", "run_id", "told"])


def _decided(found: Schedule, at: float) -> Decision:
    catch_up = CatchUp(found.catch_up)
    # only who makes up for every run has to know
    under_way = catch_up is CatchUp.ALL and control.under_way(found.job_id).exists()
    return due(found.timetable, catch_up, found.last, at, under_way=under_way)


def _begin(found: Schedule) -> None:
    """Begin a run, or note why there is none; the time is used up either way."""
    try:
        with transaction.atomic():
            found.run_id = starters[found.kind](found)
            found.told = ""
    except LadingError as error:
        found.told = str(error)
        log.info("schedule %s: no run now: %s", found.name, error)


def overlap_of(found: Schedule) -> Overlap:
    """Return what becomes of a run that is due while another one of the job is under way."""
    return Overlap(found.overlap)
