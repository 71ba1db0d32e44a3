"""What the API takes and gives of the whole: workers, limits, codes, the trail."""

from __future__ import annotations

from pydantic import BaseModel, Field

from lading.web.api.shapes import Shape, Strict


class Limits(Shape):
    """What all workers together may ask of a zone; null: no limit, or the one of the settings."""

    zone: str
    bytes_per_second: int | None
    requests_per_second: int | None
    connections: int | None
    connections_most: int = Field(description="That, or the one of the settings")
    connections_now: int = Field(description="How many the zone gets now: less than its limit while it answers slowly")
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
