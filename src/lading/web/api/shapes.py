"""What the API takes and gives. Times are seconds since the epoch, sizes are bytes; every answer says its schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from lading.accounts.roles import Role
from lading.ingest.engine.verifying import Content

Item = TypeVar("Item")

#: of a page, where nobody says how many
USUAL = 50
MOST = 1_000


class Strict(BaseModel):
    """What is sent to us: no unknown name passes."""

    model_config = ConfigDict(extra="forbid")


class Shape(BaseModel):
    """What we send."""

    #: version of what the object looks like
    schema_: int = Field(default=1, serialization_alias="schema")


class Problem(BaseModel):
    """Why something was not done (RFC 9457)."""

    type: str = Field(description="Address of what the code means")
    title: str
    status: int
    code: str = Field(description="As in manifests and `lading explain`")
    detail: str
    hint: str
    remedy: str
    errors: list[dict[str, str]] = Field(default_factory=list, description="Each wrong place, and what is wrong there")


class Page(Shape, Generic[Item]):
    """Some items; `next` is the cursor of the next page, null at the end."""

    items: list[Item]
    next: str | None = None


class Run(Shape):
    """One run."""

    run: int
    kind: str
    state: str
    reason: str
    stage: str
    title: str
    job: str | None = Field(description="Name of its job; null where it has none, or it was removed")
    priority: int
    window: str
    created_at: float
    started_at: float | None
    ended_at: float | None
    seconds: float | None
    counts: dict[str, int] = Field(description="Paths by outcome")
    collections: int
    bytes: int
    irods_requests: int
    planned_files: int
    planned_bytes: int
    #: the run that goes first
    behind: int | None


class Accepted(Shape):
    """Work that has begun: its run, and where it is."""

    run: int
    state: str
    location: str


class Outcome(Shape):
    """What happened to one path."""

    path: str
    logical_path: str
    outcome: str
    code: str
    reason: str
    size: int | None
    checksum: str
    at: float


class OutcomePage(Page[Outcome]):
    """Outcomes; a search that is not complete goes on at `next`, even if the page is empty."""

    complete: bool = True


class Reason(Shape):
    """How often a code stands in a run."""

    code: str
    outcome: str
    meaning: str
    count: int
    more: bool = Field(description="There are more than `count`, which is as far as it was counted")


class LogLine(Shape):
    """One line that a worker wrote about a run."""

    at: float
    level: str
    logger: str
    text: str
    host: str


class Deletion(Shape):
    """One path that a run would delete."""

    path: str
    logical_path: str
    folder: bool
    foreign: bool
    objects: int
    scans: int
    due: bool


class Deletions(Page[Deletion]):
    """What a run planned to delete, and why it is held."""

    run: int
    state: str
    objects_planned: int
    objects_managed: int
    waiting: int
    reasons: list[dict[str, str]] = Field(description="Code and sentence of each reason to hold it")
    expires_at: float


class Change(Strict):
    """How a run goes on."""

    priority: int | None = Field(default=None, ge=1, le=100)
    window: str | None = Field(default=None, max_length=200, description="As `sync --window`; empty: always")


class Retry(Strict):
    """Which failures are tried again; all, unless something is said."""

    code: str = Field(default="", max_length=40)
    text: str = Field(default="", max_length=500, description="Part of the path")


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


class Limits(Shape):
    """What all workers together may ask of a zone; null: no limit, or the one of the settings."""

    zone: str
    bytes_per_second: int | None
    requests_per_second: int | None
    connections: int | None
    waits: str = Field(description="Why nothing is sent to it now; empty: it answers")


class LimitChange(Strict):
    """Limits to be set; what is not named stays, null takes a limit off."""

    zone: str = Field(max_length=300)
    bytes_per_second: int | None = Field(default=None, gt=0, lt=2**63)
    requests_per_second: int | None = Field(default=None, gt=0, lt=2**31)
    connections: int | None = Field(default=None, gt=0, lt=2**31)


class Queue(BaseModel):
    """One queue: who takes it, what waits in it."""

    name: str
    slots: int
    waiting: int
    at_work: int


class Worker(BaseModel):
    """One process that takes work."""

    host: str
    pid: int
    queues: list[str]
    heartbeat: float


class Circuit(BaseModel):
    """A service that failed lately."""

    name: str
    open: bool
    failures: int
    reason: str
    opened_at: float
    probe_at: float


class Part(BaseModel):
    """One thing that everything depends on."""

    name: str
    verdict: str
    told: str


class Health(Shape):
    """Who works, what waits, what does not answer."""

    queues: list[Queue]
    workers: list[Worker]
    circuits: list[Circuit]
    parts: list[Part]


class Code(Shape):
    """What a code means, and what can be done."""

    code: str
    remedy: str
    meaning: str
    action: str


class Person(Shape):
    """An account."""

    name: str
    role: str
    active: bool
    must_change_password: bool


class Me(Shape):
    """Who asks."""

    name: str
    role: str
    jobs: list[str]
    token: str


class Token(Shape):
    """A token, without its secret."""

    token: str = Field(description="Its public part")
    user: str
    label: str
    role: str
    jobs: list[str]
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    used_at: float | None


class NewToken(Strict):
    """A token to be made for whoever asks."""

    label: str = Field(default="", max_length=100)
    role: Role = Role.VIEWER
    jobs: list[str] = Field(default=[], max_length=100, description="Patterns of names of jobs; empty: all")
    days: int | None = Field(default=90, ge=1, le=3_650)


class Secret(Token):
    """A new token; the secret is told this once."""

    secret: str


class Entry(Shape):
    """One line of the trail."""

    id: int
    at: float
    user: str
    token: str
    address: str
    action: str
    subject: str
    result: str
    detail: str
