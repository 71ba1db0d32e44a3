"""Ordered faults and counters."""

from __future__ import annotations

import pytest

from lading.zone.faults import Fault, FaultKind, Faults

ERROR = FaultKind.ERROR


def hits(fault: Fault, calls: list[int]) -> list[bool]:
    faults = Faults()
    faults.inject(fault)
    return [bool(faults.count(number)) for number in calls]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(kind=ERROR), [True, False, False, False]),
        (Fault(kind=ERROR, nth=3), [False, False, True, False]),
        (Fault(kind=ERROR, nth=2, times=2), [False, True, True, False]),
        (Fault(kind=ERROR, nth=2, times=None), [False, True, True, True]),
        (Fault(kind=ERROR, api=606, nth=2), [False, False, False, True]),
    ],
)
def test_a_fault_hits_the_calls_it_was_ordered_for(fault: Fault, expected: list[bool]) -> None:
    """Counted per matching call, over all connections."""
    assert expected == hits(fault, [606, 702, 702, 606])


def test_requests_are_counted_per_number() -> None:
    """Until they are reset."""
    faults = Faults()
    for number in (606, 606, 702):
        faults.count(number)

    assert {606: 2, 702: 1} == faults.counters()
    faults.reset_counters()
    assert {} == faults.counters()


def test_cleared_faults_hit_nothing_and_end_waiting() -> None:
    """A stall ends at once."""
    faults = Faults()
    faults.inject(Fault(kind=ERROR, times=None))
    faults.clear()

    assert () == faults.count(606)


@pytest.mark.parametrize("kind", list(FaultKind))
def test_a_fault_survives_the_way_to_another_process(kind: FaultKind) -> None:
    """As a document."""
    fault = Fault(kind=kind, api=606, nth=2, times=None, seconds=0.5, code=-312000)

    assert fault == Fault.from_document(fault.as_document())
