"""What is told of runs, and how it travels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from lading.orchestration import progress
from lading.orchestration.models import ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that is told."""

    kind: str
    run: int = 0
    state: str = ""
    data: str = "{}"
    #: place in the stream in Redis; "" for what is from the ledger
    id: str = ""

    @property
    def is_last(self) -> bool:
        """Whether nothing comes after it."""
        return self.state in ENDED

    @property
    def as_change(self) -> Event:
        """The same for who watches all runs: that one of them changed."""
        return Event(kind="change", data=json.dumps({"schema": 1, "run": self.run, "state": self.state}))

    @property
    def wire(self) -> bytes:
        """As server-sent events have it."""
        place = f"id: {self.id}\n" if self.id else ""
        return f"{place}event: {self.kind}\ndata: {self.data}\n\n".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the ledger has a run."""

    state: str
    reason: str
    stage: str


def of_state(state: progress.State) -> Event:
    """Return what is told of a state as the ledger has it."""
    return Event(kind="state", run=state.run, state=state.state, data=json.dumps({"schema": 1, **asdict(state)}))


def of_entry(entry: bytes, fields: Mapping[bytes, bytes]) -> Event:
    """Return what is told of an entry of a run's stream in Redis."""
    told = json.loads(fields[b"state"])
    data = json.dumps({"schema": 1, **told})
    return Event(kind="state", run=told["run"], state=told["state"], data=data, id=entry.decode())
