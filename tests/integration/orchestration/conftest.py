"""A kind of run that only counts, so that the backbone can be tried without an application."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from lading.base.outcomes import Outcome
from lading.orchestration import kinds
from lading.orchestration.kinds import BatchKind, NewBatch, NewOutcome, NewRun, RunKind
from lading.orchestration.ledger import runs
from lading.orchestration.models import Batch, Run

KIND = "toy"
BATCH = "filesystem.toy"
SCAN = "filesystem.toy-scan"


def _abandon(payload: bytes, code: str, reason: str) -> Sequence[NewOutcome]:
    names = payload.decode().split(",")
    return [NewOutcome(subject=name, outcome=Outcome.FAILED, code=code, reason=reason) for name in names]


def _split(payload: bytes) -> Sequence[bytes]:
    names = payload.decode().split(",")
    middle = len(names) // 2
    return [",".join(part).encode() for part in (names[:middle], names[middle:]) if part]


@pytest.fixture(autouse=True)
def toy() -> None:
    """Make the kinds known."""
    kinds.register_run(RunKind(name=KIND, next_stage=lambda _run, stage: (stage, [])))
    kinds.register_batch(BatchKind(name=BATCH, queue="filesystem", abandon=_abandon, split=_split, is_backlog=True))
    kinds.register_batch(BatchKind(name=SCAN, queue="filesystem", abandon=_abandon, waits_for_backlog=True))


Start = Callable[..., Run]


@pytest.fixture
def start(db: None) -> Start:
    """Return a function that starts a run with one batch for each payload."""

    def begin(*payloads: str, kind: str = BATCH, priority: int = 1) -> Run:
        batches = [NewBatch(kind=kind, payload=payload.encode()) for payload in payloads]
        return runs.start(
            NewRun(kind=KIND, title="toy", stage="moving", batches=batches, options={}, priority=priority)
        )

    return begin


def only_batch(run: Run) -> Batch:
    """Return the run's only batch."""
    return Batch.objects.get(run=run)
