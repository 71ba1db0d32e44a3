"""Runs that somebody wants who has no shell here: what the worker refuses, and what a swapped link brings."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lading.base import config
from lading.base.config import Settings
from lading.base.errors import LadingError, StopRun
from lading.ingest.app import handler_store, jobs
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job, StoredHandler
from lading.ingest.app.permits import SHELL, Submitter, Via
from lading.ingest.app.run_options import of_run
from lading.ingest.engine.clearing import After
from lading.ingest.engine.sources.beneath import SourceNotAllowed
from lading.orchestration.models import Outcome, Run, RunState
from tests import oracle
from tests.carrying import carry, collection_for, counts, definition_for, outcomes, step, sync, write
from tests.swapping import swapping

ALICE = Submitter(via=Via.REMOTE, user="alice")
SECRET = b"the bytes of somebody else"

Allow = Callable[..., None]


@pytest.fixture
def allow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Allow]:
    """Return a function that lists what remote runs may touch; nothing is listed before."""

    def allowing(**lists: object) -> None:
        for name, value in lists.items():
            monkeypatch.setenv(f"LADING_ALLOWED__{name.upper()}", str(value))
        config.current.cache_clear()

    yield allowing
    monkeypatch.undo()
    config.current.cache_clear()


@pytest.fixture
def source(shared_ledger: Settings, tmp_path: Path, allow: Allow) -> Path:
    """Return an allowed source of two files, beside a folder that is not allowed."""
    allow(sources=tmp_path / "allowed", destinations="/tempZone/home/rods")
    write(tmp_path / "allowed" / "source", "a", "folder/b")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b").write_bytes(SECRET)
    return tmp_path / "allowed" / "source"


def remote(definition: Definition) -> Run:
    """Begin a run that alice wants."""
    return jobs.start(jobs.store(definition, by=ALICE), by=ALICE)


def test_what_is_listed_arrives(source: Path) -> None:
    """As from a shell; the run says who wanted it."""
    run = carry(remote(definition_for(source)))

    assert (run.state, counts(run)) == (RunState.DONE, {"created": 2})
    assert of_run(run.options).submitter == ALICE
    assert oracle.differences(source, config.current().home, collection_for(source)) == []
    assert (again := sync(definition_for(source))).state == RunState.DONE
    assert counts(again) == {"unchanged": 2}


def test_a_job_of_a_remote_user_is_asked_the_same_when_it_is_run_from_a_shell(source: Path, allow: Allow) -> None:
    """A schedule, or a colleague's command, lends its author no rights; a job that a shell stores anew is the shell's."""
    job = jobs.store(definition_for(source), by=ALICE)
    assert jobs.definer(job) == ALICE
    allow(sources="/nowhere")

    with pytest.raises(SourceNotAllowed):
        jobs.start(job)
    job = jobs.store(definition_for(source))
    assert jobs.definer(job) == SHELL
    assert carry(jobs.start(job)).state == RunState.DONE
    with pytest.raises(SourceNotAllowed):
        jobs.start(job, by=ALICE)


def test_the_worker_asks_its_own_settings(source: Path, allow: Allow) -> None:
    """Whatever whoever wrote the run into the ledger thought."""
    for lists in ({"sources": "/nowhere"}, {"sources": source.parent, "destinations": "/tempZone/home/other"}):
        allow(sources=source.parent, destinations="/tempZone/home/rods")
        run = remote(definition_for(source))
        allow(**lists)

        with pytest.raises(StopRun, match="LADING_ALLOWED__"):
            step(run)
        Run.objects.all().delete()


def test_a_link_that_is_swapped_in_while_a_run_reads_brings_nothing_from_outside(source: Path) -> None:
    """A hundred files in a folder that is a link half of the time: what arrives is ours."""
    write(source, *(f"folder/b{number}" for number in range(100)))
    for number in range(100):
        (source.parent.parent / "outside" / f"b{number}").write_bytes(SECRET)
    with swapping(source / "folder", source.parent.parent / "outside", source.parent):
        for _ in range(4):
            carry(remote(definition_for(source)))

    stolen = oracle.sha2(SECRET)
    assert [path for path, seen in oracle.zone_tree(config.current().home, collection_for(source)).items()
            if stolen in (seen.checksum, seen.vault_checksum)] == []  # fmt: skip
    carry(remote(definition_for(source)))
    assert oracle.differences(source, config.current().home, collection_for(source)) == []


def test_a_source_that_is_a_link_stops_the_run(source: Path) -> None:
    """The link was put there after the run was wanted."""
    run = remote(definition_for(source))
    shutil.rmtree(source)
    source.symlink_to(source.parent.parent / "outside")

    with pytest.raises(SourceNotAllowed, match="A link is on the way"):
        step(run)


def test_what_is_cleared_away_lies_below_too(source: Path) -> None:
    """A folder of the archive that is a link takes nothing out of the allowed folder."""
    archive, outside = source.parent / "done", source.parent.parent / "outside"
    archive.mkdir()
    (archive / "folder").symlink_to(outside)
    run = carry(remote(definition_for(source, after=After.MOVE, after_folder=str(archive))))

    assert outcomes(run) == {"a": ("created", "MOVED"), "folder/b": ("created", "STAYS_REFUSED")}
    assert (archive / "a").exists()
    assert [file.read_bytes() for file in outside.iterdir()] == [SECRET]
    assert (source / "folder" / "b").exists()


HANDLER = """
import pathlib
from lading.ingest import Handler
pathlib.Path({trace!r}).touch()
class Mine(Handler):
    pass
"""


def test_a_handler_that_nobody_listed_is_not_even_looked_at(source: Path, tmp_path: Path) -> None:
    """Neither is its file read where the job is stored, nor is its module imported; nothing of the job is written."""
    (tmp_path / "mine.py").write_text(HANDLER.format(trace=str(tmp_path / "trace")))

    for handler in (str(tmp_path / "mine.py"), "tests.integration.ingest.trial:Mine"):
        with pytest.raises(LadingError) as refused:
            jobs.store(definition_for(source, handler=handler), by=ALICE)
        assert refused.value.code == "HANDLER_NOT_ALLOWED"
    assert not (tmp_path / "trace").exists()
    assert (StoredHandler.objects.count(), Job.objects.count()) == (0, 0)


def test_a_stored_handler_is_used_by_its_digest(source: Path, tmp_path: Path, allow: Allow) -> None:
    """The text that somebody with a shell stored; another file under its name is not read."""
    path = tmp_path / "mine.py"
    path.write_text(HANDLER.format(trace=str(tmp_path / "trace")))
    digest = handler_store.keep(handler_store.read_text(str(path)))
    allow(handlers=f"sha256:{digest}")
    path.write_text("raise RuntimeError('another text')")

    run = carry(remote(definition_for(source, handler=str(path), handler_digest=digest)))

    assert (run.state, run.options["handler_digest"]) == (RunState.DONE, digest)
    assert Outcome.objects.filter(run=run, outcome="created").count() == 2
