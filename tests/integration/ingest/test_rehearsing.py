"""A plan that a worker makes: what a run would do, in the ledger, with nothing done."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import UsageError
from lading.ingest.app import jobs, manifests, rehearsing
from lading.ingest.app.models import Job, Segment
from lading.ingest.app.planning import DryRun
from lading.orchestration.ledger.tallies import totals
from lading.orchestration.models import Outcome, Run, RunState
from tests.carrying import carry, collection_for, definition_for, sync, write


def rehearsed(job: Job) -> tuple[Run, rehearsing.Rehearsal]:
    """Plan a job as a worker does; return the run and the plan."""
    run = carry(rehearsing.rehearse(job))
    found = rehearsing.rehearsal_of(run)
    assert found is not None
    return run, found


def test_a_plan_is_what_the_command_shows_and_does_nothing(
    shared_ledger: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts of everything, the first lines of each verb; no outcome, no snapshot, no run of the job."""
    monkeypatch.setattr(rehearsing, "_LINES", 3)
    write(tmp_path, *(f"folder/{number}" for number in range(8)), "one")
    definition = definition_for(tmp_path)
    job = jobs.store(definition)
    begun = rehearsing.rehearse(job)
    assert rehearsing.rehearsal_of(begun) is None, "there is no plan before a worker made it"
    run = carry(begun)
    found = rehearsing.rehearsal_of(run)

    assert found is not None
    assert (run.state, found.problem, found.whole) == (RunState.DONE, None, True)
    assert found.counts == {"create": 9, "collection": 1}
    assert found.bytes == sum(line.size for line in DryRun(definition).lines())
    assert found.shown == {"create": 3, "collection": 1}
    assert not Outcome.objects.filter(run=run).exists()
    assert not Segment.objects.filter(job=job).exists()
    assert not any(totals(run.pk).values())
    assert not Run.objects.filter(job_id=job.pk).exists()


def test_a_plan_has_no_manifest_and_says_so(shared_ledger: Settings, tmp_path: Path) -> None:
    """Its batch keeps the plan where those of a run keep what was unchanged: the one must not be read as the other."""
    write(tmp_path, "one")
    run, _ = rehearsed(jobs.store(definition_for(tmp_path)))

    with pytest.raises(UsageError, match=f"Run {run.pk} .* no manifest"):
        manifests.lines(run.pk)


def test_a_run_that_is_no_transfer_has_no_manifest(shared_ledger: Settings, tmp_path: Path) -> None:
    """A review of a CV, for example: it has neither source nor destination."""
    write(tmp_path, "one")
    run = sync(definition_for(tmp_path))
    Run.objects.filter(pk=run.pk).update(options={})

    with pytest.raises(UsageError, match="no manifest"):
        manifests.lines(run.pk)


def test_a_plan_shows_deletions_and_why_they_would_be_held(shared_ledger: Settings, tmp_path: Path) -> None:
    """Before they happen; and it is known to be about this definition, not about the one before."""
    write(tmp_path, *(f"folder/{number}" for number in range(20)))
    definition = definition_for(tmp_path, delete_mode="trash")
    sync(definition)
    for number in range(15):
        (tmp_path / "folder" / str(number)).unlink()
    job = jobs.store(definition)
    run, found = rehearsed(job)

    assert found.counts == {"delete": 15, "keep": 5}
    assert found.worries
    assert rehearsing.is_about(run, jobs.definition_of(job))
    job = jobs.store(definition.model_copy(update={"delete_limit": "none"}))
    assert not rehearsing.is_about(run, jobs.definition_of(job))


def test_what_is_wrong_with_either_end_is_the_plan(shared_ledger: Settings, tmp_path: Path) -> None:
    """The run has done what it was for: it ends well, with the problem as its answer."""
    write(tmp_path, "one")
    missing = jobs.store(definition_for(tmp_path / "nowhere", name="missing"))
    foreign = definition_for(tmp_path, name="foreign").model_copy(update={"destination": "/otherZone/home/rods/x"})
    for job, code in ((missing, "SOURCE_MISSING"), (jobs.store(foreign), "DESTINATION_REFUSED")):
        run, found = rehearsed(job)
        assert run.state == RunState.DONE
        assert found.problem is not None
        assert (found.problem.code, found.counts) == (code, {})


def test_a_plan_that_takes_too_long_says_that_it_is_not_whole(
    shared_ledger: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what it has seen so far, and without a word on deletions."""
    monkeypatch.setattr(rehearsing, "_SECONDS", 0.0)
    write(tmp_path, *(f"folder/{number}" for number in range(8)))
    _, found = rehearsed(jobs.store(definition_for(tmp_path, delete_mode="trash")))

    assert not found.whole
    assert sum(found.counts.values()) == 1
    assert not found.worries


def test_a_plan_that_was_stopped_says_so(shared_ledger: Settings, tmp_path: Path) -> None:
    """Instead of being waited for."""
    from lading.orchestration.ledger import control

    run = rehearsing.rehearse(jobs.store(definition_for(tmp_path)))
    control.stop(run.pk)
    found = rehearsing.rehearsal_of(Run.objects.get(pk=run.pk))

    assert found is not None
    assert found.problem is not None
    assert "stopped" in found.problem.message
    assert collection_for(tmp_path) in run.title
