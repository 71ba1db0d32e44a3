"""A worker in this process, a stored CV, and the fake model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from lading import services
from lading.base import config
from lading.cv.app import advancing, reviews
from lading.cv.app.models import Document, Review
from lading.orchestration import broker, keeper, work
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import ENDED, Batch, BatchState, Run
from tests.integration.cv.conftest import address
from tests.integration.cv.samples import RESUME

__all__ = ["address"]

OWNER = "user-1"
STRANGER = "user-2"
DAY = date(2026, 11, 21)
CONTENT = json.dumps(RESUME).encode()


@pytest.fixture
def worker(embedded: services.Holder, transactional_db: None) -> Iterator[None]:
    """Be a worker process for the time of a test."""
    embedded.restart_dead()
    broker.client().flushall()
    keeper.keeper("cv,cv-ai")
    yield
    keeper.leave()
    broker.client().flushall()


@pytest.fixture
def document(worker: None) -> Document:
    """Return a sound CV that was uploaded."""
    return reviews.upload(OWNER, "marlene.json", CONTENT)


#: a CV about which rules suggest several things; a model is asked about one section
UNTIDY: dict[str, Any] = {
    "basics": {"name": "Ada Beispiel", "email": "ada@beispiel.example", "url": "beispiel.example"},
    "work": [
        {
            "name": "Werft",
            "position": "Engineer",
            "startDate": "2019-02",
            "highlights": [
                "I was responsible for the  maintenance of three cranes",
                "Built   a dock for small boats",
                "Painted the hulls of four ferries in one summer",
                "Wrote the plan of the yard for the winter",
            ],
        }
    ],
    "skills": [{"name": "Tools", "keywords": ["Python", "python", "Docker"]}],
}


@pytest.fixture
def untidy(worker: None) -> Document:
    """Return an untidy CV that was uploaded."""
    return reviews.upload(OWNER, "ada.json", json.dumps(UNTIDY).encode())


Model = Callable[..., None]


@pytest.fixture
def model(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    """Return a function that names the fake model in the settings: `model("good", calls_at_once=1)`."""

    def name(model: str, **settings: object) -> None:
        monkeypatch.setenv("LADING_CV__MODEL_URL", address)
        monkeypatch.setenv("LADING_CV__MODEL_NAME", model)
        for key, value in settings.items():
            prefix = "LADING_" if key == "time_scale" else "LADING_CV__"
            monkeypatch.setenv(f"{prefix}{key.upper()}", str(value))
        config.current.cache_clear()

    yield name
    monkeypatch.undo()
    config.current.cache_clear()


def begin(document: Document, **wanted: object) -> Review:
    """Begin a review."""
    return reviews.begin(document.owner, document.pk, reviews.Wanted(day=DAY, **wanted))  # type: ignore[arg-type]


def carried(run_id: int) -> int:
    """Deliver every batch that is due once; return how many were."""
    due = Batch.objects.filter(run_id=run_id, state=BatchState.QUEUED, not_before__lte=now()).order_by("pk")
    keys = list(due.values_list("pk", flat=True))
    for key in keys:
        work.carry(key, 1, advancing.advance)
    return len(keys)


def to_end(run_id: int) -> Run:
    """Carry a run until it has ended; what waits for a later time does not wait here."""
    for _ in range(100):
        run = Run.objects.get(pk=run_id)
        if run.state in ENDED:
            return run
        if not carried(run_id):
            Batch.objects.filter(run_id=run_id, state=BatchState.QUEUED).update(not_before=0)
    raise AssertionError(f"run {run_id} does not end")


def reviewed(document: Document, **wanted: object) -> Review:
    """Return a review that has ended."""
    review = begin(document, **wanted)
    to_end(review.run_id)
    return Review.objects.get(pk=review.pk)
