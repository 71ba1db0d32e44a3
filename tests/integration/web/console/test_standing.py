"""What a job does by itself, on its page: schedule with the next times, watch, messages; and the form of all three."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from lading.accounts.models import Entry
from lading.accounts.roles import Role
from lading.base import config
from lading.base.config_groups import When
from lading.ingest.app import rehearsing
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.models import Job, Watch
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Run, RunState, Schedule
from lading.orchestration.overlap import Overlap
from lading.orchestration.schedules.deciding import CatchUp
from tests.integration.web.conftest import COLLECTION
from tests.integration.web.console.conftest import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(browser: Browser) -> Client:
    """Return an operator's browser."""
    return browser(Role.OPERATOR)


@pytest.fixture
def job(client: Client, allowed: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    """Return a job that was made by the form."""
    monkeypatch.setenv("LADING_ALLOWED__EMAILS", "ops@example.org")
    config.current.cache_clear()
    (allowed / "data").mkdir()
    sent = {"name": "harbour", "source": str(allowed / "data"), "destination": f"{COLLECTION}/harbour"}
    answer = client.post("/jobs/new", sent | {"operation": "put-sync", "delete_mode": "do-not-delete"})
    assert answer.status_code == 303, answer.content
    return Job.objects.get()


def filled(**texts: str) -> dict[str, str]:
    """Return what a browser sends: the form as it is first shown, with these texts in it."""
    usual = {"catch_up": "once", "overlap": "skip", "reconcile": "1h", "poll": "1m"}
    return usual | texts


def page_of(client: Client, job: Job) -> str:
    """Return the page of the job, in one line."""
    return " ".join(client.get(f"/jobs/{job.pk}/").content.decode().split())


def definition_of(job: Job) -> Definition:
    """Return what is stored of the job now."""
    return from_options(Job.objects.get(pk=job.pk).options)


def test_a_schedule_is_made_changed_switched_and_removed(client: Client, job: Job) -> None:
    """The page tells when the next three runs begin; each press is in the trail."""
    address = f"/jobs/{job.pk}/standing"
    assert "None: it runs when somebody says so" in page_of(client, job)
    cron = filled(cron="0 2 * * mon-fri", time_zone="Europe/Amsterdam", catch_up="all", overlap="stop-old")
    assert client.post(address, cron).status_code == 303
    made, page = Schedule.objects.get(), page_of(client, job)

    assert (made.cron, made.catch_up, made.overlap) == ("0 2 * * mon-fri", CatchUp.ALL.value, Overlap.STOP_OLD.value)
    assert page.count(" 02:00 CE") == 3, "three times, on the clocks of the schedule"
    assert 'value="0 2 * * mon-fri"' in client.get(address).content.decode()

    client.post(f"/jobs/{job.pk}/schedule/switch", {"enabled": "no"})
    assert "Switch on" in page_of(client, job)
    client.post(address, filled(every="90m", window="22:00-06:00 UTC"))
    made = Schedule.objects.get()
    assert (made.every, made.cron, made.enabled) == (5400.0, "", False), "the form does not switch it on"
    assert definition_of(job).window == "22:00-06:00 UTC"

    client.post(f"/jobs/{job.pk}/schedule/remove")
    assert not Schedule.objects.exists()
    trail = Entry.objects.filter(action="job.schedule").order_by("pk").values_list("subject", "result")
    assert list(trail) == [("harbour", "ok")] * 4


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"every": "soon"}, "every"),
        ({"cron": "at night"}, "cron"),
        ({"every": "1h", "cron": "0 2 * * *"}, "cron"),
        ({"every": "1h", "catch_up": "some"}, "catch_up"),
        ({"window": "never"}, "window"),
        ({"watch": "on", "reconcile": "0"}, "reconcile"),
        ({"failure": "ops@example.org", "always": "not an address"}, "always"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client: Client, job: Job, sent: dict[str, str], field: str) -> None:
    """Nothing is stored; what was written stays in the form."""
    answer = client.post(f"/jobs/{job.pk}/standing", filled(**sent))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert next(iter(sent.values())) in answer.content.decode()
    assert not Schedule.objects.exists()
    assert definition_of(job).notify == ()


def test_people_and_programs_are_told(client: Client, job: Job) -> None:
    """By what they want to hear of; an address that nobody listed is refused."""
    refused = client.post(f"/jobs/{job.pk}/standing", filled(failure="else@example.org"))
    assert refused.status_code == 422
    assert "else@example.org" in refused.context["form"].problem
    answer = client.post(f"/jobs/{job.pk}/standing", filled(failure="ops@example.org", always="ops@example.org"))
    assert answer.status_code == 303, answer.context["form"].problem

    assert [(row.when, row.email) for row in definition_of(job).notify] == [
        (When.FAILURE, ("ops@example.org",)),
        (When.ALWAYS, ("ops@example.org",)),
    ]
    form = client.get(f"/jobs/{job.pk}/standing").context["form"]
    assert (form.texts["failure"], form.texts["change"], form.texts["always"]) == (
        "ops@example.org",
        "",
        "ops@example.org",
    )
    assert "Told of every run" in page_of(client, job)


def test_a_watch_is_begun_and_its_state_is_shown(client: Client, job: Job) -> None:
    """Who watches, how, what waits; the whole run that goes with it is told with its next times."""
    client.post(f"/jobs/{job.pk}/standing", filled(watch="on", reconcile="2h"))
    page = page_of(client, job)
    assert "nobody watches" in page
    assert "Whole run" in page
    assert "Remove schedule" not in page, "it goes with the watch"

    run = Run.objects.create(kind="ingest", job_id=job.pk, title="seen", state=RunState.DONE, created_at=now())
    Watch.objects.update(holder="ship:12:ab", lease_until=now() + 20, how="events", waiting=3, losses=1, run_id=run.pk)
    page = page_of(client, job)
    assert "ship:12:ab" in page
    assert "3 paths wait to be looked at" in page
    assert f"run {run.pk}" in page

    client.post(f"/jobs/{job.pk}/standing", filled())
    assert not Watch.objects.exists()
    assert not Schedule.objects.exists()


def test_who_may_only_look_is_offered_nothing(client: Client, job: Job, browser: Browser) -> None:
    """A viewer sees when it runs, and cannot change it."""
    client.post(f"/jobs/{job.pk}/standing", filled(every="6h"))
    viewer = browser(Role.VIEWER)

    page = page_of(viewer, job)
    assert "every 6h" in page
    assert "Switch off" not in page
    assert "Change schedule" not in page
    for address in ("standing", "schedule/switch", "schedule/remove"):
        assert viewer.post(f"/jobs/{job.pk}/{address}", {}).status_code == 403
    assert Schedule.objects.get().enabled


def test_a_job_of_a_file_is_changed_there(client: Client, job: Job) -> None:
    """Its schedule can be switched off, and no more."""
    client.post(f"/jobs/{job.pk}/standing", filled(every="6h"))
    Job.objects.update(origin="/etc/lading/harbour.toml")

    assert "Change schedule" not in page_of(client, job)
    for address in ("standing", "schedule/remove"):
        client.post(f"/jobs/{job.pk}/{address}", filled(every="1h"))
    assert Schedule.objects.get().every == 21_600.0
    client.post(f"/jobs/{job.pk}/schedule/switch", {"enabled": "no"})
    assert not Schedule.objects.get().enabled


def test_a_plan_outlives_a_new_schedule(client: Client, job: Job) -> None:
    """When a job runs makes no difference to what a run would do."""
    client.post(f"/jobs/{job.pk}/standing", filled(every="6h", failure="ops@example.org"))
    plan = Run.objects.get(kind="plan")

    assert rehearsing.is_about(plan, definition_of(job))
    assert not rehearsing.is_about(plan, definition_of(job).model_copy(update={"exclude": ("*.tmp",)}))


def test_the_list_of_jobs_says_when_the_next_run_begins(client: Client, job: Job) -> None:
    """Unless nothing begins."""
    client.post(f"/jobs/{job.pk}/standing", filled(every="6h"))
    assert b"next <time" in client.get("/jobs/").content
    client.post(f"/jobs/{job.pk}/schedule/switch", {"enabled": "no"})
    assert b"next <time" not in client.get("/jobs/").content
