"""When runs stop asking a service, and when one of them tries again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.orchestration.limits import circuit
from lading.orchestration.limits.circuit import Evidence, Moment, Standing, after, pause

AT = Moment(at=1_000.0, jitter=1.0)
OPEN = Standing(is_open=True, failures=3, probes=1, opened_at=900.0, probe_at=990.0)

TABLE = [
    (Standing(), Evidence.ANSWERED, False, Standing()),
    (Standing(failures=2), Evidence.ANSWERED, False, Standing()),
    (OPEN, Evidence.ANSWERED, True, Standing()),
    (OPEN, Evidence.ANSWERED, False, Standing()),
    (Standing(), Evidence.FAILED, False, Standing(failures=1)),
    (Standing(failures=1), Evidence.FAILED, False, Standing(failures=2)),
    (
        Standing(failures=2),
        Evidence.FAILED,
        False,
        Standing(is_open=True, failures=3, opened_at=1_000.0, probe_at=1_002.0),
    ),
    (OPEN, Evidence.FAILED, False, OPEN),
    (
        OPEN,
        Evidence.FAILED,
        True,
        Standing(is_open=True, failures=3, probes=2, opened_at=900.0, probe_at=1_008.0),
    ),
]


@pytest.mark.parametrize(("now", "evidence", "is_probe", "then"), TABLE)
def test_the_table_of_the_circuit(now: Standing, evidence: Evidence, is_probe: bool, then: Standing) -> None:
    """Each row of the docstring."""
    assert then == after(now, evidence, AT, is_probe=is_probe)


def test_probes_go_at_growing_distances_up_to_a_minute() -> None:
    """Doubled each time; no number of failures makes it longer, or overflows."""
    assert [2, 4, 8, 16, 32, 60, 60] == [pause(failed, AT) for failed in range(7)]
    assert 60 == pause(100_000, AT)


@given(failed=st.integers(0, 10_000), jitter=st.floats(0, 1), scale=st.floats(0.01, 1))
def test_a_pause_is_spread_by_a_quarter(failed: int, jitter: float, scale: float) -> None:
    """Never none, so that nobody hammers a service that is down; never above the cap."""
    found = pause(failed, Moment(at=0.0, jitter=jitter, scale=scale))

    assert 0.75 * circuit.FIRST_PAUSE * scale <= found <= circuit.LONGEST_PAUSE * scale


@given(st.lists(st.tuples(st.sampled_from(Evidence), st.booleans()), max_size=50))
def test_an_open_circuit_always_has_a_next_probe(history: list[tuple[Evidence, bool]]) -> None:
    """Whatever happened: it is closed, or somebody will try again within a minute of the last word of a probe."""
    now, at = Standing(), 0.0
    for evidence, is_probe in history:
        at += 1
        before, now = now, after(now, evidence, Moment(at=at, jitter=0.5), is_probe=is_probe)
        assert not now.is_open or now == before or at < now.probe_at <= at + circuit.LONGEST_PAUSE
        assert now.is_open == (now.opened_at > 0)
        assert now.is_open or now.failures < circuit.THRESHOLD
