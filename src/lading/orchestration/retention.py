"""
What leaves the ledger by its age: a piece at a time, with the sweep, so that nobody waits for it.

===========================  ==========================================  ==================================================
rows                         leave after                                 unless
===========================  ==========================================  ==================================================
outcomes that went well      `retention.others_days` after the run       the run may go on, or its manifest was not written
failures, and what brings    the longer one of both, after the run       as above, or something is being brought back
deletions back                                                           (they stay for good then)
plans, the trail             settings of their own (`pieces`)
===========================  ==========================================  ==================================================

The manifest that was written when a run ended survives all of them; counts of runs stay, too. A run of which rows have left
says so (`has_aged`): no list that is made of its rows may look as if it were whole.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from django.db import Error as DatabaseError
from django.db import transaction

from lading.base import config
from lading.base.errors import UsageError
from lading.base.outcomes import Outcome as Kind
from lading.orchestration.kinds import private_kinds, run_kind
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Outcome, Run, RunState, Tick

log = logging.getLogger(__name__)

#: seconds between looks once nothing is left to remove
_EVERY = 3_600.0
#: rows removed in one transaction, and transactions in one sweep: workers write in between
_ROWS = 2_000
_TIMES = 10
#: runs looked at in one sweep
_RUNS = 50
DAY = 86_400.0

#: of `Run.notes`: outcomes of which there are no rows any more
_AGED = "aged"
#: nothing is added to such a run: stopped and failed ones can be resumed
_OVER = (RunState.DONE, RunState.DONE_WITH_FAILURES)
_LONG = (Kind.FAILED.value, Kind.DELETED.value)
_SHORT = tuple(kind.value for kind in Kind if kind.value not in _LONG and kind is not Kind.UNCHANGED)

#: remove rows that have the keys of outcomes, in the same transaction
beside: list[Callable[[Sequence[int]], None]] = []


def has_aged(run: Run) -> bool:
    """Say whether rows of the run have left the ledger."""
    return _AGED in run.notes


def refuse_aged(run: Run, outcome: Kind) -> None:
    """Raise `UsageError` where rows of that outcome have left, or are leaving: who acts on some would leave out the others."""
    if outcome.value in run.notes.get(_AGED, ()):
        raise UsageError(
            f"Outcomes of run {run.pk} have left the ledger by their age, those that are wanted here among them",
            hint="Settings under `retention` say how long they are kept; the run's manifest has them",
        )


def tick() -> None:
    """Remove a piece of what is too old: for `sweep.errands`. Once nothing is left this looks again after an hour."""
    at = now()
    Tick.objects.get_or_create(name="retention")
    ticks = Tick.objects.filter(name="retention")
    if not ticks.exclude(at__gt=at - _EVERY, at__lte=at).update(at=at):  # also where the clock was set back
        return
    have_more = [_alone(piece) for piece in pieces]
    if any(have_more):
        ticks.update(at=0)


def _alone(piece: Callable[[], bool]) -> bool:
    try:
        return piece()
    except DatabaseError as error:
        log.warning("retention: %s", error)
    except Exception:
        log.exception("retention")
    return False


def _outcomes() -> bool:
    """Remove outcomes of runs that ended long ago; say whether there are more."""
    days = config.current().retention
    short = _age("outcomes", _SHORT, days.others_days)
    return _age("failures", _LONG, max(days.failures_days, days.others_days)) or short


def _age(name: str, outcomes: Sequence[str], days: int) -> bool:
    """Go on behind the run that was dealt with last; what a `Tick` of that name keeps is when that one ended."""
    edge = now() - days * DAY
    place, _ = Tick.objects.get_or_create(name=f"aged-{name}")
    ended = Run.objects.filter(ended_at__gt=min(place.at, edge), ended_at__lte=edge)
    runs = list(ended.exclude(kind__in=private_kinds()).order_by("ended_at", "pk")[:_RUNS])
    for run in runs:
        if run.state in _OVER and run_kind(run.kind).is_told(run.pk) and not _emptied(run, outcomes):
            return True
        Tick.objects.filter(pk=place.pk).update(at=run.ended_at or 0)
    return len(runs) == _RUNS


def _emptied(run: Run, outcomes: Sequence[str]) -> bool:
    """Remove rows of a run; say whether none is left."""
    for _ in range(_TIMES):
        found = [key for name in outcomes for key in _keys(run.pk, name)][:_ROWS]
        if not found:
            return True
        with transaction.atomic():
            _mark(run.pk, outcomes)
            for remove in beside:
                remove(found)
            Outcome.objects.filter(pk__in=found).delete()
    return False


def _keys(run_id: int, outcome: str) -> Sequence[int]:
    rows = Outcome.objects.filter(run_id=run_id, outcome=outcome).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:_ROWS])


def _mark(run_id: int, outcomes: Sequence[str]) -> None:
    """Let the run say that rows have left: with the first of them, and in its transaction."""
    run = Run.objects.select_for_update().get(pk=run_id)
    told = sorted({*run.notes.get(_AGED, ()), *outcomes})
    if told != run.notes.get(_AGED):
        Run.objects.filter(pk=run_id).update(notes={**run.notes, _AGED: told})


#: each removes a piece, and says whether there is more
pieces: list[Callable[[], bool]] = [_outcomes]
