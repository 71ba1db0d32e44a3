"""The log of a run in the ledger."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection

from lading.orchestration import logs
from lading.orchestration.ledger import logbook
from lading.orchestration.ledger.logbook import Logbook, lines_of
from lading.orchestration.models import LogLine, Run

pytestmark = pytest.mark.django_db

log = logging.getLogger("lading.ingest.somewhere")


@pytest.fixture
def run() -> Run:
    """Return a run."""
    return Run.objects.create(kind="ingest", title="one", created_at=0)


@pytest.fixture
def book() -> Iterator[Logbook]:
    """Return a log book that listens."""
    book = Logbook("quay")
    book.open()
    log.setLevel(logging.INFO)
    yield book
    log.setLevel(logging.NOTSET)
    book.close()


def test_lines_about_a_run_are_kept_and_no_others(run: Run, book: Logbook) -> None:
    """With level, batch, host and what raised; what is about no run belongs into the worker's log alone."""
    log.info("about nothing")
    with logs.about(run.pk, 7):
        log.info("%d files", 12)
        log.error("batch 7", exc_info=OSError("disk on fire"))
    book.write()

    assert [(line.level, line.batch_id, line.host, line.logger, line.text) for line in lines_of(run.pk)] == [
        ("info", 7, "quay", "ingest.somewhere", "12 files"),
        ("error", 7, "quay", "ingest.somewhere", "batch 7: OSError: disk on fire"),
    ]
    book.write()
    assert LogLine.objects.count() == 2
    assert [line.level for line in lines_of(run.pk, level="error")] == ["error"]
    first = lines_of(run.pk)[0]
    assert [line.text for line in lines_of(run.pk, after=first.pk)] == ["batch 7: OSError: disk on fire"]


def test_a_run_keeps_its_newest_lines(run: Run, book: Logbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a run of a million batches has no million lines; another run's are left alone."""
    monkeypatch.setattr(logbook, "KEPT", 10)
    monkeypatch.setattr(logbook, "_SLACK", 5)
    other = Run.objects.create(kind="ingest", title="two", created_at=0)
    with logs.about(other.pk, 1):
        log.info("other")
    with logs.about(run.pk, 1):
        for number in range(16):
            log.info("line %d", number)
    book.write()

    assert [line.text for line in lines_of(run.pk)] == [f"line {number}" for number in range(6, 16)]
    assert len(lines_of(other.pk)) == 1


def test_lines_of_a_run_that_was_removed_are_dropped(run: Run, book: Logbook) -> None:
    """They keep nobody else's from being written."""
    with logs.about(run.pk + 1, 1):
        log.info("nobody's")
    with logs.about(run.pk, 1):
        log.info("ours")
    book.write()

    assert [line.text for line in LogLine.objects.all()] == ["ours"]


def test_lines_wait_for_a_ledger_that_is_away(run: Run, book: Logbook) -> None:
    """They are written once it answers, in their order."""
    with logs.about(run.pk, 1):
        log.info("first")

    def away(*_: object) -> None:
        raise DatabaseError("gone")

    with connection.execute_wrapper(away), pytest.raises(DatabaseError):
        book.write()
    with logs.about(run.pk, 1):
        log.info("second")
    book.write()

    assert [line.text for line in lines_of(run.pk)] == ["first", "second"]
