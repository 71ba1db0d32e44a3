"""Why a run stands as it does: a stable code for programs, a sentence for people."""

from __future__ import annotations

from typing import NamedTuple

from lading.base.errors import LadingError


class Why(NamedTuple):
    """The columns `code` and `reason` of a run."""

    code: str = ""
    reason: str = ""


#: nothing needs saying
NOTHING = Why()

PAUSED = Why("PAUSED_ON_REQUEST", "paused on request")
STOPPED = Why("STOPPED_ON_REQUEST", "stopped on request")


def outside_window(said: str) -> Why:
    """Say that a run waits for its time window."""
    return Why("OUTSIDE_WINDOW", said)


def circuit_open(said: str) -> Why:
    """Say that a run waits for a service."""
    return Why("CIRCUIT_OPEN", said)


def behind(run_id: int) -> Why:
    """Say that a run waits for another one of its job."""
    return Why("BEHIND_ANOTHER_RUN", f"waits for the end of run {run_id}")


def held(said: str) -> Why:
    """Say that what is left of a run waits for a person's word."""
    return Why("HELD_FOR_APPROVAL", said)


def not_approved(said: str) -> Why:
    """Say that what was held was not approved."""
    return Why("NOT_APPROVED", said)


def of(error: LadingError) -> Why:
    """Say which error it was."""
    return Why(error.code, str(error))
