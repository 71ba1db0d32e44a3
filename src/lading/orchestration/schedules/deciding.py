"""Whether a scheduled run begins now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lading.orchestration.schedules.timetable import Timetable

#: seconds by which a run may be late and still count as in time: a few sweeps, or workers that are started again
GRACE = 60.0

#: seconds by which the last time may lie ahead of the clock before the clock counts as set back
_JITTER = 1.0


class CatchUp(Enum):
    """What becomes of runs that were due while nobody looked."""

    NONE = "none"  # they are left out
    ONCE = "once"  # one run stands for all of them
    ALL = "all"  # each one, one after the other


class Step(Enum):
    """What is done."""

    WAIT = "wait"
    BEGIN = "begin"
    MISS = "miss"  # no run, and the next one is the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is done, and what is kept of it."""

    step: Step
    #: the time that is dealt with, and all before it
    last: float
    #: when it is due next; may have passed where more is to be made up for
    next: float


def due(timetable: Timetable, catch_up: CatchUp, last: float, now: float, *, under_way: bool) -> Decision:
    """
    Say what is done at `now` where everything up to `last` was dealt with.

    ============================  ========  =========  =====  ==============
    times since the last one      catch-up  under way  step   last becomes
    ============================  ========  =========  =====  ==============
    none                          any       any        WAIT   as it was
    some                          once      any        BEGIN  the newest one
    some, the newest in time      none      any        BEGIN  the newest one
    some, the newest too late     none      any        MISS   the newest one
    one, in time                  all       any        BEGIN  that one
    several, or one too late      all       no         BEGIN  the oldest one
    several, or one too late      all       yes        WAIT   as it was
    last lies ahead (clock back)  any       any        WAIT   now
    ============================  ========  =========  =====  ==============

    In time is what is at most `GRACE` seconds late. What becomes of a run that begins while another one is under way is
    not decided here, but by the overlap policy.
    """
    if last > now + _JITTER:
        return Decision(step=Step.WAIT, last=now, next=timetable.following(now))
    oldest = timetable.following(last)
    if oldest > now:
        return Decision(step=Step.WAIT, last=last, next=oldest)
    newest = timetable.newest(last, now)
    is_in_time = now - newest <= GRACE
    if catch_up is CatchUp.ALL and not (oldest == newest and is_in_time):
        if under_way:
            return Decision(step=Step.WAIT, last=last, next=oldest)
        newest = oldest
    step = Step.MISS if catch_up is CatchUp.NONE and not is_in_time else Step.BEGIN
    return Decision(step=step, last=newest, next=timetable.following(newest))
