"""The words of the pages: those of the command line, and what is said of states and kinds of work."""

from __future__ import annotations

from lading.orchestration.models import BatchState, RunState

#: kinds of batches that are one phase to whoever looks at a run; others are called by the last part of their name
_PHASES = {
    "recheck": "check",
    "check-content": "check content",
    "clear": "clear away",
    "decide": "delete",
    "delete": "delete",
    "empty": "delete",
    "weigh-touched": "weigh touched",
    "hold-touched": "weigh touched",
    "finish-ingest": "manifest",
    "close-ingest": "manifest",
    "pre-job": "handler",
    "post-job": "handler",
}

#: how a state is painted
_TONES = {
    RunState.QUEUED: "calm",
    RunState.RUNNING: "live",
    RunState.WAITING: "warn",
    RunState.PAUSED: "warn",
    RunState.HELD: "ask",
    RunState.STOPPING: "warn",
    RunState.STOPPED: "calm",
    RunState.DONE: "good",
    RunState.DONE_WITH_FAILURES: "bad",
    RunState.FAILED: "bad",
}

#: how an outcome is painted
OUTCOME_TONES = {
    "created": "good",
    "updated": "live",
    "registered": "good",
    "unchanged": "calm",
    "deleted": "gone",
    "skipped": "warn",
    "failed": "bad",
}

#: what a batch that waits for the next stage is called beside those that wait for a worker
WAITING_BATCHES = (BatchState.QUEUED, BatchState.DEFERRED)


def phase(kind: str) -> str:
    """Return what people call the work of a kind of batch."""
    name = kind.rpartition(".")[2]
    return _PHASES.get(name, name.replace("-", " "))


def state(name: str) -> str:
    """Return a state as it is read: `done with failures`."""
    return name.replace("_", " ")


def tone(name: str) -> str:
    """Return how a state is painted."""
    return _TONES[RunState(name)] if name in RunState.values else "calm"
