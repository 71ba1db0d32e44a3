"""What the API takes and gives. Times are seconds since the epoch, sizes are bytes; every answer says its schema."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

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
