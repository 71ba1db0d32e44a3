"""What concerns one run alone, beside the definition of its job: kept in the run's options, never in the job's."""

from __future__ import annotations

from enum import Enum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from lading.ingest.app.definition import RUN_KEY
from lading.ingest.app.permits import SHELL, Submitter
from lading.ingest.engine.ages import Age, Due, Edge
from lading.ingest.engine.verifying import Content, Sample


class Sends(Enum):
    """What a run may send."""

    WHAT_DIFFERS = "what-differs"
    NOTHING = "nothing"  # it only takes over what is there


class Relist(Enum):
    """Which folders are compared with the catalogue although their snapshot speaks."""

    DUE = "due"  # those whose turn it is
    ALL = "all"


class Began(Enum):
    """What let a run begin."""

    REQUEST = "request"  # a person, or a program, asked for it
    SCHEDULE = "schedule"
    WATCH = "watch"  # something happened at the source


class Reached(BaseModel):
    """An `Edge` as it is stored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    compared_at: float
    #: hexadecimal
    key: str


class Look(BaseModel):
    """How a run compares."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: Content = Content.NONE
    #: content is read of `share` paths in `of`
    share: int = Field(default=1, ge=1)
    of: int = Field(default=1, ge=1)
    turn: int = 0
    #: leave out what is only in iRODS
    one_way: bool = False
    #: send what is missing or differs
    repair: bool = False

    @property
    def sample(self) -> Sample:
        """Whose content is read."""
        return Sample(share=self.share, of=self.of, turn=self.turn)


class RunOptions(BaseModel):
    """How one run differs from any other run of its job."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    relist: Relist = Relist.DUE
    #: how far the ageing of the snapshot has come when the run began; None: nothing is due
    due: Reached | None = None
    due_unverified: Reached | None = None
    #: whether anything may be sent
    sends: Sends = Sends.WHAT_DIFFERS
    #: whether times of another tool were read for it (`synctimes`)
    sync_times: bool = False
    #: for a run that compares
    look: Look = Look()
    began: Began = Began.REQUEST
    #: who wanted it, or who defined its job where that one may do less
    submitter: Submitter = SHELL
    #: for a run that only writes the manifest of another one: which
    closes: int | None = None
    #: the ledger may be older than what is in iRODS: nothing is sent before somebody looked, nothing deleted unasked
    doubts: bool = False
    #: whether that is over for the job once this run has come to its end
    settles: bool = False

    def takes(self, age: Age) -> bool:
        """Say whether a folder of this age is listed."""
        return self.relist is Relist.ALL or self._due.takes(age)

    def stored(self) -> dict[str, Any]:
        """Return what is added to the options of the run."""
        return {RUN_KEY: self.model_dump(mode="json", exclude_defaults=True)}

    @property
    def _due(self) -> Due:
        return Due(any=_edge(self.due), unverified=_edge(self.due_unverified))


def _edge(reached: Reached | None) -> Edge:
    return Edge() if reached is None else Edge(compared_at=reached.compared_at, key=bytes.fromhex(reached.key))


def of_run(options: dict[str, Any]) -> RunOptions:
    """Return what a run's options say of it alone."""
    return RunOptions.model_validate(options.get(RUN_KEY, {}))
