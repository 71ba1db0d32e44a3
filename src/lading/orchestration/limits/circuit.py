"""
The circuit breaker, decided purely: when runs stop asking a service, and when one of them tries again.

A service that does not answer would cost each waiting batch its time-out and each file its retries. So after a few
failures in a row nobody asks any more, but for one batch at a time, the probe, at growing distances.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

#: failures of batches in a row after which the circuit opens: one may be a single connection's bad luck
THRESHOLD = 3

#: seconds until the first probe, doubled with each that fails
FIRST_PAUSE = 2.0
#: seconds between probes at most: so long a service that is back is not noticed
LONGEST_PAUSE = 60.0


class Evidence(Enum):
    """What the end of a batch says about the service."""

    ANSWERED = "answered"  # it did something for the batch
    FAILED = "failed"  # it could not be reached
    # a batch that did not ask it says nothing, and nobody reports that


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a circuit stands. Times are seconds since the epoch."""

    is_open: bool = False
    failures: int = 0
    probes: int = 0
    opened_at: float = 0.0
    probe_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something became known, and what spreads the next probe."""

    at: float
    #: between 0 and 1
    jitter: float
    #: factor on pauses; below 1 in tests only
    scale: float = 1.0


def after(now: Standing, evidence: Evidence, moment: Moment, *, is_probe: bool) -> Standing:
    """
    Return how the circuit stands once a batch has ended.

    ======  ========  =========================  ====================================
    is      evidence  of                         then
    ======  ========  =========================  ====================================
    any     answered  any batch                  closed, nothing counted
    closed  failed    fewer than 3 in a row      closed, one more counted
    closed  failed    the 3rd in a row           open; the first probe after a pause
    open    failed    the probe                  open; the next one after twice that
    open    failed    one begun before           open, as it was
    ======  ========  =========================  ====================================
    """
    if evidence is Evidence.ANSWERED:
        return Standing()
    if now.is_open and not is_probe:
        return now
    if now.is_open:
        probes = now.probes + 1
        return replace(now, probes=probes, probe_at=moment.at + pause(probes, moment))
    if now.failures + 1 < THRESHOLD:
        return replace(now, failures=now.failures + 1)
    return Standing(is_open=True, failures=now.failures + 1, opened_at=moment.at, probe_at=moment.at + pause(0, moment))


def pause(probes: int, moment: Moment) -> float:
    """Return the seconds until the next probe after so many that failed: doubled each time, up to a minute, spread."""
    full = min(FIRST_PAUSE * 2.0 ** min(probes, 10), LONGEST_PAUSE)
    return full * (0.75 + moment.jitter / 4) * moment.scale
