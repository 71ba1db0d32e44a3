"""What becomes of a run that is asked for while another one of its job is under way."""

from __future__ import annotations

from enum import Enum


class Overlap(Enum):
    """What a job wants."""

    REFUSE = "refuse"
    SKIP = "skip"
    QUEUE = "queue"
    STOP_OLD = "stop-old"


class Then(Enum):
    """What is done."""

    BEGIN = "begin"
    REFUSE = "refuse"  # an error: whoever asked expected a run
    LEAVE_OUT = "leave out"  # no run, and that is fine
    QUEUE = "queue"
    STOP_AND_QUEUE = "stop and queue"


def decide(overlap: Overlap, *, under_way: bool, waits: bool) -> Then:
    """
    Say what becomes of the run; `waits` says that one is queued behind the one under way already.

    ========  ===============  =============================  ==============================
    wanted    nothing is       one is under way               one is, and another one waits
    ========  ===============  =============================  ==============================
    refuse    begin            refuse                         refuse
    skip      begin            leave out                      leave out
    queue     begin            queue                          leave out: that one sees it all
    stop-old  begin            stop it, queue                 leave out: the first one is stopped
    ========  ===============  =============================  ==============================
    """
    if not under_way:
        return Then.BEGIN
    if overlap is Overlap.REFUSE:
        return Then.REFUSE
    if overlap is Overlap.SKIP or waits:
        return Then.LEAVE_OUT
    return Then.QUEUE if overlap is Overlap.QUEUE else Then.STOP_AND_QUEUE
