"""Deletion with everything derived, expiry, and no word of a document where it does not belong."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model as Table

from lading.base import config
from lading.base.errors import LadingError
from lading.cv.app import advancing, artefacts, deciding, deletion, models, reviews
from lading.cv.app.deciding import Decided
from lading.cv.app.errors import NotFound
from lading.cv.app.models import Choice, Document, JobAdvertisement, Review, Spending
from lading.cv.engine.render import Output, Template
from lading.orchestration import broker, results
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger import claims, sweep
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, Outcome, Run
from lading.orchestration.progress import Meter
from tests.integration.cv.samples import JOB
from tests.integration.cv_app.conftest import OWNER, STRANGER, Model, begin, carried, reviewed, to_end
from tests.not_run import not_run

#: words of the CV, its file name, an answer that a person typed, the advertisement
PLANTED = ("Marlene", "Beispiel", "Nordlicht", "Pegelamt", "marlene@", "Zwiebelturm", "Terraform")

#: everything of a person's
TABLES: tuple[type[Table], ...] = (
    models.Document,
    models.Resume,
    models.Review,
    models.Finding,
    models.Suggestion,
    models.Decision,
    models.SectionAsked,
    models.ModelCall,
    models.Artefact,
)


def everything(document: Document) -> None:
    """Let a review, a decision and a rendering be made of a document."""
    job = reviews.advertise(OWNER, JOB)
    review = reviewed(document, model="good", job_id=job.pk)
    key = next(row.key for row in deciding.suggestions(OWNER, review.pk) if row.section is not None)
    edit = Decided(suggestion=key, choice=Choice.EDIT, text="Built the Zwiebelturm of data")
    made = deciding.decide(OWNER, review.pk, 1, [edit])
    rendering = artefacts.render(OWNER, document.pk, made.number, Output.PDF, Template.PLAIN)
    assert rendering.run_id is not None
    to_end(rendering.run_id)
    assert all(kind._default_manager.filter(owner=OWNER).exists() for kind in TABLES if kind is not models.Finding)


def redis_content() -> bytes:
    """Return everything that Redis holds, of both databases, keys and values."""
    dumped = b""
    for database in (0, 1):
        client = broker.client().__class__(
            unix_socket_path=str(config.current().redis_socket), db=database, decode_responses=False
        )
        with client:
            keys: Any = client.keys("*")
            for key in keys:
                kind: Any = client.type(key)
                read: Any = {
                    b"string": client.get,
                    b"hash": client.hgetall,
                    b"stream": client.xrange,
                    b"list": lambda name, client=client: client.lrange(name, 0, -1),
                    b"zset": lambda name, client=client: client.zrange(name, 0, -1, withscores=True),
                    b"set": client.smembers,
                }[kind]
                dumped += key + repr(read(key)).encode()
    return dumped


def test_no_word_is_in_redis_or_a_log(document: Document, model: Model, caplog: pytest.LogCaptureFixture) -> None:
    """After a review with a model, decisions, a rendering, failures and an unforeseen fault."""
    caplog.set_level(logging.DEBUG, "lading")
    model("good")
    everything(document)
    model("limited", model_attempts=1)
    reviewed(document, model="limited")
    reviewed(reviews.upload(OWNER, "Marlene.pdf", b"%PDF-1.7 Marlene Beispiel"))
    for run_id in Run.objects.values_list("pk", flat=True):
        results.leave(run_id)
    held = redis_content()

    assert b"lading:run:" in held
    assert [] == [word for word in PLANTED if word.encode() in held]
    assert [] == [word for word in PLANTED if word in caplog.text]
    told = "".join(f"{run.title}{run.reason}{run.options}{run.notes}" for run in Run.objects.all())
    told += "".join(f"{one.subject}{one.reason}" for one in Outcome.objects.all())
    told += "".join(f"{bytes(one.payload)!r}{bytes(one.result)!r}{one.reason}" for one in Batch.objects.all())
    assert [] == [word for word in PLANTED if word in told]


def test_an_unforeseen_fault_tells_where_and_no_word(
    document: Document, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The last line of a traceback often holds the value that was wrong."""

    def fails(_held: Claim) -> Ending:
        raise ValueError("not a date: Marlene Beispiel")

    monkeypatch.setattr("lading.cv.app.reading.extract", fails)
    held = claims.claim(Batch.objects.get(run_id=begin(document).run_id).pk, "test")
    assert held is not None
    with pytest.raises((LadingError, ValueError)) as raised:
        advancing.advance(held, Meter(held.run_id, held.batch_id))

    assert isinstance(raised.value, LadingError)
    assert ("CV_STEP_FAILED", None) == (raised.value.code, raised.value.__cause__)
    assert "Marlene" not in caplog.text + str(raised.value)
    assert "test_privacy:" in caplog.text


def test_one_word_deletes_everything_made_of_a_cv(document: Document, model: Model) -> None:
    """Rows, files, answers of the model, runs, progress and results; what it cost is kept without a word of it."""
    model("good")
    everything(document)
    runs = list(Run.objects.values_list("pk", flat=True))
    theirs = reviews.upload(STRANGER, "theirs.txt", b"Jonas\njonas@beispiel.example\n")
    with pytest.raises(NotFound):
        deletion.delete_document(STRANGER, document.pk)
    deletion.delete_document(OWNER, document.pk)

    assert dict.fromkeys(TABLES, 0) == {kind: kind._default_manager.filter(owner=OWNER).count() for kind in TABLES}
    assert not Run.objects.exists()
    assert not Batch.objects.exists()
    assert [] == [run_id for run_id in runs if broker.client().exists(f"lading:run:{run_id}")]
    assert [None] * len(runs) == [results.fetch(run_id) for run_id in runs]
    assert Spending.objects.exists()
    assert [theirs.pk] == [row.pk for row in Document.objects.all()]
    assert JobAdvertisement.objects.exists()
    assert 0 == deletion.delete_all(OWNER)
    assert not JobAdvertisement.objects.exists()


def test_deleted_words_are_not_left_in_the_ledgers_file(document: Document) -> None:
    """SQLite keeps what was deleted until something is written over it, if nobody tells it otherwise."""
    if connection.vendor != "sqlite":
        not_run("PostgreSQL's vacuum does that in its own time: docs/howto/cv-reviews.md")
    reviewed(document)
    file = config.current().database_file
    assert file is not None
    assert b"Nordlicht" in _bytes_of(file)
    deletion.delete_document(OWNER, document.pk)

    assert b"Nordlicht" not in _bytes_of(file)


def _bytes_of(file: Path) -> bytes:
    log = file.with_name(f"{file.name}-wal")
    return file.read_bytes() + (log.read_bytes() if log.exists() else b"")


def test_a_step_of_a_deleted_review_writes_nothing(document: Document) -> None:
    """Its worker finds nothing to write to, lets go, and the run goes with the next sweep."""
    review = begin(document)
    held = claims.claim(Batch.objects.get(run_id=review.run_id).pk, "at work")
    assert held is not None
    ending = advancing.advance(held, Meter(held.run_id, held.batch_id))
    deletion.delete_document(OWNER, document.pk)
    assert "stopping" == Run.objects.get(pk=review.run_id).state
    with pytest.raises(BaseException, match="was deleted"):
        claims.finish(held, ending)
    claims.let_go(held)
    deletion.expire()

    assert not Run.objects.exists()
    assert not Document.objects.exists()


def test_what_is_kept_long_enough_goes_by_itself(document: Document, model: Model) -> None:
    """The sweep deletes it, whoever sweeps; a new review keeps it for longer."""
    model("good")
    reviewed(document, model="good")
    job = reviews.advertise(OWNER, JOB)
    day = 86_400
    assert 29 * day < Document.objects.get().expires_at - now() <= 30 * day
    Document.objects.update(expires_at=now() + 60)
    carried(begin(document).run_id)
    sweep.sweep()
    assert Document.objects.get().expires_at > now() + 29 * day
    Document.objects.update(expires_at=now() - 1)
    JobAdvertisement.objects.filter(pk=job.pk).update(expires_at=now() - 1)
    Spending.objects.update(at=now() - 3 * day)
    sweep.sweep()

    assert not Document.objects.exists()
    assert not Review.objects.exists()
    assert not JobAdvertisement.objects.exists()
    assert not Spending.objects.exists()
