"""What the API takes and gives of the whole: workers, limits, codes, accounts, the trail."""

from __future__ import annotations

from pydantic import BaseModel, Field

from lading.accounts.roles import Area, Role
from lading.web.api.shapes import Shape, Strict


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
    only: str = Field(description="What it is for alone: cv, cv-lint; empty: whatever its role may")
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    used_at: float | None


class NewToken(Strict):
    """A token to be made for whoever asks."""

    label: str = Field(default="", max_length=100)
    role: Role = Role.VIEWER
    jobs: list[str] = Field(default=[], max_length=100, description="Patterns of names of jobs; empty: all")
    only: Area | None = Field(default=None, description="CV reviews alone, or the check of CVs alone")
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
