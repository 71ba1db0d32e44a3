"""What the API takes and gives of jobs and of plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from lading.ingest.engine.verifying import Content
from lading.web.api.shapes import Shape, Strict


class Job(Shape):
    """A stored definition."""

    job: str
    location: str
    paused: bool
    origin: str = Field(description="File that it comes from; such a job is changed there")
    defined_by: str = Field(description="Account that defined it; empty: a shell")
    created_at: float
    definition: dict[str, Any] = Field(description="As a job file has it")
    last_run: int | None = None
    plan: int | None = Field(default=None, description="Run of the newest plan")


class Patch(Strict):
    """Changes of a definition; what is not named stays, null is the usual value."""

    definition: dict[str, Any]


class Copy(Strict):
    """A copy of a job."""

    name: str = Field(min_length=1, max_length=200)
    destination: str | None = Field(default=None, max_length=2_000)
    source: str | None = Field(default=None, max_length=8_000)


class Start(Strict):
    """How a run of a job begins."""

    recheck: bool = Field(default=False, description="Compare every folder with iRODS")


class Verify(Strict):
    """How a run compares."""

    content: Content = Content.NONE
    share: int = Field(default=1, ge=1, le=10_000)
    of: int = Field(default=1, ge=1, le=10_000)
    one_way: bool = False
    repair: bool = False


class Adopt(Strict):
    """How a run takes over what is in iRODS."""

    send: bool = Field(default=False, description="Send what is missing or differs, too")


class Pause(Strict):
    """Whether runs of a job may begin."""

    paused: bool


class Switch(Strict):
    """Whether a schedule begins runs."""

    enabled: bool


class Schedule(Shape):
    """When runs of a job begin by themselves."""

    job: str
    kind: str = Field(description="`job`: the job says so; `irods-sync`: whoever started it")
    every: float | None = Field(description="Seconds from one run to the next")
    cron: str | None
    time_zone: str | None
    catch_up: str
    overlap: str
    enabled: bool
    next: Sequence[float] = Field(description="The next three times; none while it is switched off")
    last_run: int | None = Field(description="Newest run that it began")
    told: str = Field(description="Why no run began the last time; empty: one did, or none was due yet")


class Watch(Shape):
    """How the watch of a job stands."""

    job: str
    watched: bool = Field(description="A process watches now")
    holder: str = Field(description="Process that watches")
    how: str = Field(description="How it learns of changes: events, polling")
    waiting: int = Field(description="Paths that wait to be looked at")
    losses: int = Field(description="How often events were lost, and everything was looked at for that")
    told: str = Field(description="Why what waits is not looked at; empty: nothing keeps it")
    since: float
    last_run: int | None = Field(description="Newest run that began for what was seen")


class PlanLine(BaseModel):
    """What would happen to one path."""

    path: str
    verb: str
    size: int
    code: str
    count: int


class Plan(Shape):
    """What a run would do; `ready` once a worker has found out."""

    run: int
    ready: bool
    counts: dict[str, int] = Field(default_factory=dict)
    bytes: int = 0
    lines: Sequence[PlanLine] = ()
    worries: Sequence[str] = Field(default=(), description="Why deletions would be held")
    whole: bool = Field(default=True, description="The whole source was looked at in the time there was")
    problem: dict[str, str] | None = Field(
        default=None, description="Code, message and hint of what is wrong with either end"
    )
