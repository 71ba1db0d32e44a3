"""What an application tells the backbone about its runs and batches, so that the backbone knows no application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lading.base.outcomes import Outcome

if TYPE_CHECKING:
    from lading.orchestration.models import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOutcome:
    """One outcome to be written."""

    subject: str
    outcome: Outcome
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """One batch to be written."""

    kind: str
    payload: bytes = b""
    planned_files: int = 0
    planned_bytes: int = 0
    #: how often its work was begun before, as part of another batch
    fence: int = 0
    #: how many workers died over it before, as part of another batch
    crashes: int = 0
    #: waits until a later stage of the run queues it
    deferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Everything that one batch leaves behind; written in one transaction, or not at all."""

    outcomes: Sequence[NewOutcome] = ()
    batches: Sequence[NewBatch] = ()
    #: counts that are not rows, by the names of `models.Tallies`; outcome counts are added from `outcomes`
    counts: Mapping[str, int] = field(default_factory=dict)
    result: bytes = b""
    #: added to the notes of the run
    notes: Mapping[str, Any] = field(default_factory=dict)
    #: runs inside the transaction with the batch's id: an application's own tables
    also: Callable[[int], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchKind:
    """How batches with one task name behave."""

    name: str
    queue: str
    #: outcomes for everything in a batch that nobody could carry out: (payload, code, reason)
    abandon: Callable[[bytes, str, str], Sequence[NewOutcome]]
    #: the payloads of smaller batches that together are this one; fewer than two: it cannot be split
    split: Callable[[bytes], Sequence[bytes]] = lambda _payload: ()
    #: transfers waiting beyond the backlog keep such a batch back
    waits_for_backlog: bool = False
    #: counts towards that backlog
    is_backlog: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A run to be started."""

    kind: str
    title: str
    stage: str
    batches: Sequence[NewBatch]
    job_id: int | None = None
    options: dict[str, Any]
    #: all runs of one person, named here, have one share of the window together; "": it has its own
    whose: str = ""
    priority: int = 1
    #: the service it depends on (`models.Circuit`)
    circuit: str = ""
    #: when it may go (`limits.window`)
    window: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKind:
    """How runs of one kind go from stage to stage."""

    name: str
    #: (run id, stage that ended) -> (next stage, its batches); no batches: the run is over.
    #: Called in the transaction that ends the last open batch.
    next_stage: Callable[[int, str], tuple[str, Sequence[NewBatch]]]
    #: run id -> what a person has to approve before such a run, in which nothing is left to do, counts as ended; ""
    held_for: Callable[[int], str] = lambda _run_id: ""
    #: called in the transaction that lets a run begin which waited for another one of its job
    begins: Callable[[Run], None] = lambda _run: None
    #: (run id, state in which it ended) -> a run that begins in the transaction that ends it
    after_end: Callable[[int, str], NewRun | None] = lambda _run_id, _state: None
    #: (run id, key of a user) -> whether it is that person's; None: everybody who may look at runs sees it
    is_of: Callable[[int, int], bool] | None = None
    #: run id -> whether what became of its paths is kept elsewhere, so that its outcomes may leave the ledger one day
    is_told: Callable[[int], bool] = lambda _run_id: True


_batch_kinds: dict[str, BatchKind] = {}
_run_kinds: dict[str, RunKind] = {}


def register_batch(kind: BatchKind) -> None:
    """Make a batch kind known; called when Django is ready."""
    _batch_kinds[kind.name] = kind


def register_run(kind: RunKind) -> None:
    """Make a run kind known; called when Django is ready."""
    _run_kinds[kind.name] = kind


def batch_kind(name: str) -> BatchKind:
    """Return the kind; KeyError for a name that nobody registered."""
    return _batch_kinds[name]


def batch_kinds() -> Sequence[BatchKind]:
    """Return all kinds."""
    return tuple(_batch_kinds.values())


def private_kinds() -> list[str]:
    """Return the kinds of runs that are one person's own: they stand in no list of all runs."""
    return [kind.name for kind in _run_kinds.values() if kind.is_of is not None]


def run_kind(name: str) -> RunKind:
    """Return the kind; KeyError for a name that nobody registered."""
    return _run_kinds[name]
