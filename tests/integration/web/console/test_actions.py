"""What buttons do: rows change, the trail has a line, the next page tells. No worker and no Redis is needed for any of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lading.accounts.models import Entry
from lading.accounts.roles import Role
from lading.ingest.app import jobs
from lading.ingest.app.models import DeletionList, Job
from lading.ingest.app.permits import Submitter, Via
from lading.ingest.app.run_options import of_run
from lading.orchestration.models import Batch, BatchState, Run, RunState
from tests.integration.web.console.conftest import Browser
from tests.integration.web.console.seeding import a_job, a_run, hold

pytestmark = pytest.mark.django_db

OPERATOR = Submitter(via=Via.REMOTE, user="operator")


@pytest.fixture
def client(browser: Browser) -> Client:
    """Return an operator's browser."""
    return browser(Role.OPERATOR)


def told(answer: Any) -> list[tuple[str, str]]:
    """Return what the next page says."""
    return [(message.level_tag, str(message)) for message in answer.context["messages"]]


def trail() -> list[tuple[str, str, str]]:
    """Return who did what with which result, oldest first."""
    return [(entry.action, entry.subject, entry.result) for entry in Entry.objects.order_by("pk")]


def press(client: Client, address: str, **sent: str) -> Any:
    """Press a button and go where it leads."""
    return client.post(address, sent, follow=True)


def test_a_run_is_paused_resumed_and_stopped(client: Client) -> None:
    """Each is one row, one line in the trail, one sentence."""
    run = a_run(a_job(), RunState.RUNNING)
    Batch.objects.create(run=run, kind="filesystem.transfer", queue="filesystem")
    states = []
    for word in ("pause", "resume", "stop"):
        answer = press(client, f"/runs/{run.pk}/{word}")
        assert [tag for tag, _ in told(answer)] == ["success"], told(answer)
        states.append(Run.objects.get(pk=run.pk).state)

    assert states == [RunState.PAUSED, RunState.RUNNING, RunState.STOPPED]
    assert trail() == [(f"run.{word}", f"run {run.pk}", "ok") for word in ("pause", "resume", "stop")]


def test_what_cannot_be_done_is_told_and_is_in_the_trail(client: Client) -> None:
    """A run that is over cannot be paused: nothing changes."""
    run = a_run(a_job(), RunState.DONE)
    answer = press(client, f"/runs/{run.pk}/pause")

    assert told(answer) == [("error", f"Run {run.pk} is done: only a run that is under way can be paused")]
    assert trail() == [("run.pause", f"run {run.pk}", "USAGE")]


def test_held_deletions_are_approved_or_rejected(client: Client) -> None:
    """Approved, the run goes on; rejected, it is over."""
    job = a_job(delete_mode="trash")
    approved, rejected = a_run(job, RunState.HELD), a_run(a_job("other"), RunState.HELD)
    hold(approved)
    hold(rejected)
    press(client, f"/runs/{approved.pk}/approve")
    press(client, f"/runs/{rejected.pk}/reject")

    assert DeletionList.objects.get(pk=approved.pk).state == DeletionList.State.APPROVED
    assert Run.objects.get(pk=approved.pk).state == RunState.RUNNING
    assert Batch.objects.filter(run=approved, kind="deletion.decide", state=BatchState.QUEUED).exists()
    assert DeletionList.objects.get(pk=rejected.pk).state == DeletionList.State.REJECTED
    assert Run.objects.get(pk=rejected.pk).state == RunState.DONE_WITH_FAILURES


@pytest.mark.parametrize(
    ("sent", "paths"),
    [({}, "all"), ({"code": "TARGET_LOCKED"}, "TARGET_LOCKED"), ({"code": "TARGET_LOCKED", "q": "0001"}, "none")],
)
def test_failures_are_tried_again_all_or_those_of_the_filter(
    client: Client, allowed: Path, sent: dict[str, str], paths: str
) -> None:
    """In a run of their own, in the name of whoever asked; where there is none of that kind nothing begins."""
    (allowed / "in").mkdir()
    job = jobs.store(jobs.definition_of(a_job()).model_copy(update={"name": "mine", "source": str(allowed / "in")}))
    run = a_run(job, batches=2)
    answer = press(client, f"/runs/{run.pk}/retry", **sent)
    begun = Run.objects.exclude(pk=run.pk).filter(job_id=job.pk)

    if paths == "none":
        assert told(answer) == [("error", f"No file of run {run.pk} failed in this way")]
        assert not begun.exists()
        return
    again = begun.get()
    assert answer.redirect_chain == [(f"/runs/{again.pk}/", 303)]
    assert of_run(again.options).submitter == OPERATOR
    assert trail() == [("run.retry", f"run {run.pk}", "ok")]


def test_a_job_is_made_planned_edited_copied_paused_and_removed(client: Client, allowed: Path) -> None:
    """The way of somebody without a shell; a plan is begun whenever the job is stored."""
    source, where = allowed / "in", "/tempZone/home/rods/mine"
    source.mkdir()
    sent = {
        "name": "mine",
        "source": str(source),
        "destination": where,
        "operation": "put-sync",
        "delete_mode": "trash",
    }
    answer = press(client, "/jobs/new", **sent)
    job = Job.objects.get(name="mine")
    first = job.rehearsal_id
    assert answer.redirect_chain == [(f"/jobs/{job.pk}/", 303)]
    assert jobs.definer(job) == OPERATOR
    assert first is not None
    assert Run.objects.get(pk=first).kind == "plan"
    assert b"A worker checks source and destination" in answer.content

    press(client, f"/jobs/{job.pk}/edit", **sent | {"priority": "4", "source": "/etc"})
    job.refresh_from_db()
    assert (job.options["priority"], job.source) == (4, str(source))
    assert job.rehearsal_id != first

    copy = client.get(f"/jobs/new?copy={job.pk}").content.decode()
    assert f'value="{source}"' in copy
    assert 'value="mine"' not in copy

    assert "is paused" in told(press(client, f"/jobs/{job.pk}/pause", paused="yes"))[0][1]
    assert told(press(client, f"/jobs/{job.pk}/run"))[0][0] == "error"
    press(client, f"/jobs/{job.pk}/pause", paused="no")
    answer = press(client, f"/jobs/{job.pk}/run")
    begun = Run.objects.get(job_id=job.pk)
    assert answer.redirect_chain == [(f"/runs/{begun.pk}/", 303)]

    press(client, f"/runs/{begun.pk}/stop")
    press(client, f"/jobs/{job.pk}/remove")
    assert not Job.objects.filter(name="mine").exists()
    assert [action for action, _, result in trail() if result == "ok"] == [
        *("job.store", "job.store", "job.pause", "job.pause", "job.run", "run.stop", "job.remove")
    ]


def test_a_form_that_is_wrong_is_shown_again_with_what_was_typed(client: Client, allowed: Path) -> None:
    """Not stored: a wrong value, a name that is taken, a source that nobody allowed."""
    a_job("taken", delete_mode="trash")
    good = {"name": "new", "source": str(allowed), "destination": "/tempZone/home/rods/new"}
    for change, error in (
        ({"min_size": "ten"}, "no size"),
        ({"name": "taken"}, "There is a job taken already"),
        ({"source": "/etc"}, "allowed.sources"),
        ({"destination": "/otherZone/home"}, "allowed.destinations"),
        ({"after": "move"}, "go together"),
    ):
        answer = client.post("/jobs/new", good | change)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert error in text.replace("&#x27;", "'"), (change, error)
        assert f'value="{(good | change)["source"]}"' in text
    assert list(Job.objects.values_list("name", flat=True)) == ["taken"]


def test_a_job_from_a_file_is_changed_in_its_file(client: Client) -> None:
    """The page has no button for it, and its address leads back."""
    job = a_job()
    Job.objects.filter(pk=job.pk).update(origin="/etc/lading/jobs/harbour.toml")
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "/etc/lading/jobs/harbour.toml" in page
    assert f"/jobs/{job.pk}/edit" not in page
    assert f"/jobs/{job.pk}/remove" not in page

    answer = press(client, f"/jobs/{job.pk}/edit", priority="9")
    assert "Change the file" in told(answer)[0][1]
    press(client, f"/jobs/{job.pk}/remove")
    assert Job.objects.get(pk=job.pk).options["priority"] == 1


def test_a_viewer_may_press_nothing_and_nobody_may_by_a_link(browser: Browser) -> None:
    """403 for the one, 405 for the other; nothing changes."""
    run = a_run(a_job(), RunState.RUNNING)
    viewer, operator = browser(Role.VIEWER), browser(Role.OPERATOR)
    words = ("pause", "resume", "stop", "retry", "approve", "reject", "restore")
    addresses = [
        *(f"/runs/{run.pk}/{word}" for word in words),
        *(f"/jobs/{run.job_id}/{word}" for word in ("run", "pause", "remove")),
    ]

    assert {viewer.post(address).status_code for address in addresses} == {403}
    assert viewer.post(f"/jobs/{run.job_id}/plan").status_code == 403
    assert {operator.get(address).status_code for address in addresses} == {405}
    assert Run.objects.get(pk=run.pk).state == RunState.RUNNING


def test_a_form_of_somebody_elses_page_is_refused(browser: Browser) -> None:
    """No token of ours, no action."""
    run = a_run(a_job(), RunState.RUNNING)
    client = browser(Role.OPERATOR)
    client.handler.enforce_csrf_checks = True

    assert client.post(f"/runs/{run.pk}/stop").status_code == 403
    assert Run.objects.get(pk=run.pk).state == RunState.RUNNING


def test_a_manifest_is_sent_as_it_lies_there_and_as_a_table(client: Client) -> None:
    """The signed file byte by byte; the table also of a run that has none yet."""
    from lading.base import config
    from lading.ingest.app import manifests

    run = a_run(a_job(), batches=1, each=4)
    assert client.get(f"/runs/{run.pk}/manifest").status_code == 404
    path = manifests.path_of(config.current().home, run.pk)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b'{"signed": true}\n' * 40_000)
    try:
        answer: Any = client.get(f"/runs/{run.pk}/manifest")
        assert b"".join(answer.streaming_content) == path.read_bytes()
        assert answer.headers["Content-Length"] == str(path.stat().st_size)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="run-{run.pk}.jsonl"'
    finally:
        path.unlink()
    table: Any = client.get(f"/runs/{run.pk}/manifest.csv")
    lines = b"".join(table.streaming_content).decode().splitlines()
    assert lines[0].startswith("path,logical_path,outcome,size")
    assert len(lines) == 5
