"""Schedules by the API: put, read, switched, taken away; by whom; how a watch stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lading.accounts.models import Entry
from lading.accounts.roles import Role
from lading.ingest.app.definition import from_options
from lading.ingest.app.models import Job, Watch
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Schedule
from lading.orchestration.overlap import Overlap
from tests.integration.web.conftest import COLLECTION, Program, ProgramOf

pytestmark = pytest.mark.django_db

NIGHTLY = {"cron": "30 2 * * *", "time_zone": "Europe/Amsterdam", "overlap": "queue"}


@pytest.fixture
def ada(program: ProgramOf, allowed: Path) -> Program:
    """Return an operator's program, which has stored a job."""
    (allowed / "data").mkdir()
    ada = program()
    told = {"source": str(allowed / "data"), "destination": f"{COLLECTION}/weekly", "name": "weekly"}
    assert ada.ask("POST", "/jobs", told)[0] == 201
    return ada


def test_a_schedule_is_put_read_switched_and_taken_away(ada: Program) -> None:
    """The definition has it, the ticks find it, the trail has a line for each."""
    assert ada.ask("GET", "/jobs/weekly/schedule")[0] == 404
    status, put = ada.ask("PUT", "/jobs/weekly/schedule", NIGHTLY)
    definition = from_options(Job.objects.get().options)

    assert status == 200
    assert (put["cron"], put["time_zone"], put["enabled"], len(put["next"])) == (
        "30 2 * * *",
        "Europe/Amsterdam",
        True,
        3,
    )
    assert definition.schedule is not None
    assert definition.schedule.overlap is Overlap.QUEUE
    assert Schedule.objects.get().due_at == put["next"][0] > now()
    assert [one["job"] for one in ada.get("/schedules")["items"]] == ["weekly"]

    assert ada.ask("POST", "/jobs/weekly/schedule/switch", {"enabled": False})[1]["next"] == []
    assert ada.get("/jobs/weekly/schedule")["enabled"] is False
    changed = ada.ask("PUT", "/jobs/weekly/schedule", {"every": 3600})[1]
    assert (changed["every"], changed["cron"], changed["enabled"]) == (3600, None, True)
    assert ada.ask("DELETE", "/jobs/weekly/schedule")[0] == 204
    assert not Schedule.objects.exists()
    trail = Entry.objects.filter(action="job.schedule").order_by("pk").values_list("subject", "result")
    assert list(trail) == [("weekly", "ok")] * 4


@pytest.mark.parametrize(
    "schedule",
    [
        {},
        {"every": 60, "cron": "0 2 * * *"},
        {"cron": "at night"},
        {"cron": "0 2 * * *", "time_zone": "Europe/Atlantis"},
        {"every": 0.1},
        {"every": 1e300},
        {"every": 60, "overlap": "explode"},
    ],
)
def test_what_is_no_schedule_is_refused(ada: Program, schedule: dict[str, Any]) -> None:
    """Nothing is stored of it."""
    status, problem = ada.ask("PUT", "/jobs/weekly/schedule", schedule)

    assert (status, problem["code"]) == (422, "REQUEST_INVALID"), problem
    assert not Schedule.objects.exists()


def test_who_may_only_look_changes_no_schedule(ada: Program, program: ProgramOf) -> None:
    """A viewer sees it; a token for other jobs does not know of it."""
    ada.ask("PUT", "/jobs/weekly/schedule", NIGHTLY)
    viewer, other = program(Role.VIEWER, name="vera"), program(Role.OPERATOR, "nightly-*", name="otto")

    assert viewer.get("/jobs/weekly/schedule")["cron"] == "30 2 * * *"
    assert viewer.ask("PUT", "/jobs/weekly/schedule", NIGHTLY)[0] == 403
    assert viewer.ask("POST", "/jobs/weekly/schedule/switch", {"enabled": False})[0] == 403
    assert viewer.ask("DELETE", "/jobs/weekly/schedule")[0] == 403
    assert other.get("/schedules")["items"] == []
    assert other.ask("PUT", "/jobs/weekly/schedule", NIGHTLY)[0] == 404
    assert Schedule.objects.get().enabled


def test_a_job_of_a_file_keeps_its_schedule(ada: Program) -> None:
    """It is changed in its file; switched off it can be here, as by the shell."""
    ada.ask("PUT", "/jobs/weekly/schedule", NIGHTLY)
    Job.objects.update(origin="/etc/lading/weekly.toml")

    assert ada.ask("PUT", "/jobs/weekly/schedule", {"every": 60})[1]["code"] == "USAGE"
    assert ada.ask("DELETE", "/jobs/weekly/schedule")[1]["code"] == "USAGE"
    assert ada.ask("POST", "/jobs/weekly/schedule/switch", {"enabled": False})[0] == 200
    assert (Schedule.objects.get().cron, Schedule.objects.get().enabled) == ("30 2 * * *", False)


def test_how_a_watch_stands_can_be_asked(ada: Program) -> None:
    """Who watches, by what, what waits; a job that is not watched says so."""
    assert ada.ask("GET", "/jobs/weekly/watch")[0] == 404
    ada.ask("PATCH", "/jobs/weekly", {"definition": {"watch": {"reconcile": 600}}})
    found = ada.get("/jobs/weekly/watch")

    assert (found["watched"], found["holder"]) == (False, "")
    assert ada.get("/jobs/weekly/schedule")["every"] == 600
    Watch.objects.update(holder="ship:12:ab", lease_until=now() + 20, how="events", waiting=7, losses=1, told="no")
    found = ada.get("/jobs/weekly/watch")
    assert (found["watched"], found["holder"], found["how"], found["waiting"]) == (True, "ship:12:ab", "events", 7)
