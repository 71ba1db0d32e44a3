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
    #: each one counts; of what is no news the last one says it all
    is_news: bool = False

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
    #: one person's own: nobody hears of it who watches all runs
    is_private: bool = False


def of_state(state: progress.State) -> Event:
    """Return what is told of a state as the ledger has it."""
    return Event(kind="state", run=state.run, state=state.state, data=json.dumps({"schema": 1, **asdict(state)}))


def of_entry(entry: bytes, fields: Mapping[bytes, bytes]) -> Event:
    """Return what is told of an entry of a run's stream in Redis: its news where it has some, else the state."""
    told = json.loads(fields[b"state"])
    news = json.loads(fields[b"news"]) if b"news" in fields else None
    kind = news.pop("kind") if news else "state"
    data = json.dumps({"schema": 1, **({"run": told["run"], **news} if news else told)})
    return Event(kind=kind, run=told["run"], state=told["state"], data=data, id=entry.decode(), is_news=bool(news))


def comes_after(later: str, earlier: str) -> bool:
    """Say whether one place of a stream in Redis lies behind another one."""
    return _place(later) > _place(earlier)


def _place(of: str) -> tuple[int, int]:
    moment, _, number = of.partition("-")
    return int(moment), int(number or 0)
