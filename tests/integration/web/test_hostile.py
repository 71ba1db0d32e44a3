"""What an operator may try by the API and the console: other files, other collections, other people's work, other programs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lading.accounts import grants, people
from lading.accounts.models import Entry
from lading.accounts.roles import Role
from lading.cv.app import access, reviews
from lading.cv.app.reviews import Wanted
from lading.ingest.app import jobs
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import DeletionList, Job
from lading.ingest.app.permits import Via
from lading.ingest.app.run_options import of_run
from lading.orchestration.models import Outcome, Run, RunState
from tests.integration.cv.samples import RESUME
from tests.integration.web.conftest import COLLECTION, Program, ProgramOf
from tests.integration.web.console.seeding import hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve(program: ProgramOf, allowed: Path) -> Program:
    """Return an operator's program; the folder `data` may be read."""
    (allowed / "data").mkdir()
    return program(name="eve")


def sound(allowed: Path, **more: Any) -> dict[str, Any]:
    return {"source": str(allowed / "data"), "destination": f"{COLLECTION}/a", "name": "a", **more}


#: field by field: what is tried, and by which code it is refused
TRIED: dict[str, tuple[dict[str, Any], str | None]] = {
    "another folder": ({"source": "/etc"}, "SOURCE_NOT_ALLOWED"),
    "upwards": ({"source": "{data}/../../../../../../etc"}, "SOURCE_NOT_ALLOWED"),
    "a sibling": ({"source": "{data}/../../data2"}, "SOURCE_NOT_ALLOWED"),
    "a name that begins alike": ({"source": "{root}x"}, "SOURCE_NOT_ALLOWED"),
    "relative": ({"source": "etc"}, "SOURCE_NOT_ALLOWED"),
    "a scheme": ({"source": "file:///etc"}, None),
    "a bucket": ({"source": "s3://any/prefix"}, "SOURCE_NOT_ALLOWED"),
    "a bucket and a file of keys": (
        {"source": "s3://any", "irods_sync": {"job_name": "a", "s3": {"key_file": "/etc/shadow"}}},
        "SOURCE_NOT_ALLOWED",
    ),
    "links that are followed": ({"links": "follow"}, "SOURCE_NOT_ALLOWED"),
    "put aside elsewhere": ({"after": "move", "after_folder": "/tmp"}, "SOURCE_NOT_ALLOWED"),
    "another collection": ({"destination": "/tempZone/home/other"}, "DESTINATION_NOT_ALLOWED"),
    "a collection upwards": ({"destination": COLLECTION + "/../other"}, "DESTINATION_NOT_ALLOWED"),
    "another zone": ({"zone": "/etc/passwd"}, "DESTINATION_NOT_ALLOWED"),
    "another zone and no name": ({"zone": "/etc/passwd", "name": None}, "DESTINATION_NOT_ALLOWED"),
    "a log": (
        {"irods_sync": {"job_name": "a", "profile": True, "profile_log": {"filename": "/etc/cron.d/a"}}},
        "DESTINATION_NOT_ALLOWED",
    ),
    "a module": ({"handler": "os:path"}, "HANDLER_NOT_ALLOWED"),
    "a file": ({"handler": "/etc/passwd"}, "HANDLER_NOT_ALLOWED"),
    "a digest that nobody listed": ({"handler": "a.py", "handler_digest": "0" * 64}, "HANDLER_NOT_ALLOWED"),
    "another user": ({"act_as": [{"user": "rods"}]}, "USER_NOT_ALLOWED"),
    "owners": ({"act_as": [{"owners": {"root": "rods"}}]}, "USER_NOT_ALLOWED"),
    "a webhook inside": ({"notify": [{"webhook": "http://169.254.169.254/latest"}]}, "ADDRESS_NOT_ALLOWED"),
    "a webhook here": ({"notify": [{"webhook": "http://127.0.0.1:6379/"}]}, "ADDRESS_NOT_ALLOWED"),
    "an address": ({"notify": [{"email": ["all@example.org"]}]}, "ADDRESS_NOT_ALLOWED"),
    "a rank": ({"run": {"submitter": {"via": "shell"}}}, "REQUEST_INVALID"),
    "an ignore file elsewhere": ({"ignore_file": "../../etc/passwd"}, None),
    "a marker elsewhere": ({"done_marker": "../../etc/passwd"}, None),
}


@pytest.mark.parametrize("tried", TRIED)
def test_no_field_of_a_definition_leads_elsewhere(eve: Program, allowed: Path, tried: str) -> None:
    """Stored, changed or copied: nothing is kept, nothing is told of what was named, the trail has the refusal."""
    changes, code = TRIED[tried]
    filled = json.loads(json.dumps(changes).replace("{data}", str(allowed / "data")).replace("{root}", str(allowed)))
    status, problem = eve.ask("POST", "/jobs", sound(allowed) | filled)
    assert (status >= 400, problem.get("code") == code or code is None) == (True, True), problem
    assert "root:x:" not in json.dumps(problem)
    assert not Job.objects.exists()
    assert eve.ask("POST", "/jobs", sound(allowed))[0] == 201
    before = Job.objects.values().get()
    if "name" not in changes:
        status, problem = eve.ask("PATCH", "/jobs/a", {"definition": filled})
        assert status >= 400, problem
    assert Job.objects.values().get() == before


@pytest.mark.parametrize("how", ["run", "plan", "verify", "adopt", "copy"])
def test_a_job_of_a_shell_lends_nobody_its_rights(eve: Program, how: str) -> None:
    """Whoever begins it from afar is bounded as whoever defines one from afar."""
    definition = Definition(source="/etc", destination="/tempZone/home/other", name="nightly")
    jobs.store(definition)
    status, problem = eve.ask("POST", f"/jobs/nightly/{how}", {"name": "mine"} if how == "copy" else None)

    assert (status, problem.get("code")) == (403, "SOURCE_NOT_ALLOWED")
    assert not Run.objects.exists()
    assert Job.objects.count() == 1


def test_what_failed_for_a_shell_is_not_tried_again_from_afar(eve: Program) -> None:
    """Nor brought back what it deleted."""
    job = jobs.store(Definition(source="/etc", destination="/tempZone/home/other", name="nightly"))
    run = jobs.start(job)
    Run.objects.update(state=RunState.DONE_WITH_FAILURES)
    Outcome.objects.create(id=1, run=run, subject="passwd", outcome="failed", code="LOST", at=1)
    Outcome.objects.create(id=2, run=run, subject="shadow", outcome="deleted", at=1)

    assert eve.ask("POST", f"/runs/{run.pk}/retry")[1].get("code") == "SOURCE_NOT_ALLOWED"
    assert eve.ask("POST", f"/runs/{run.pk}/restore")[1].get("code") == "SOURCE_NOT_ALLOWED"
    assert Run.objects.count() == 1


def test_who_changes_a_shells_job_makes_it_their_own(eve: Program, allowed: Path) -> None:
    """Its runs are bounded from then on, also those that a shell or a schedule begins."""
    jobs.store(Definition(**sound(allowed)))
    assert eve.ask("PATCH", "/jobs/a", {"definition": {"priority": 2}})[0] == 200
    run = jobs.start(Job.objects.get())

    assert (of_run(run.options).submitter.via, of_run(run.options).submitter.user) == (Via.REMOTE, "eve")


@pytest.mark.parametrize("word", ["approve", "resume", "retry", "restore"])
def test_nobody_lets_a_run_go_on_outside_their_collection(eve: Program, allowed: Path, word: str) -> None:
    """Where each has a collection of their own: neither by the API nor by a button. Pausing and rejecting is no writing."""
    job = jobs.store(Definition(**sound(allowed, delete_mode="trash")))
    run = jobs.start(job)
    Run.objects.update(state=RunState.HELD)
    hold(run)
    grants.add(Role.OPERATOR, "destination", f"{COLLECTION}/{{user}}")
    before = list(Run.objects.values()), list(DeletionList.objects.values())
    browser = Client()
    browser.force_login(people.find("eve"))

    assert eve.ask("POST", f"/runs/{run.pk}/{word}")[1].get("code") == "NOT_PERMITTED"
    page = browser.post(f"/runs/{run.pk}/{word}", follow=True)
    assert "eve may not" in page.content.decode()
    assert before == (list(Run.objects.values()), list(DeletionList.objects.values()))
    assert Entry.objects.filter(action=f"run.{word}", result="NOT_PERMITTED").exists()
    assert eve.ask("POST", f"/runs/{run.pk}/reject")[0] == 202


def test_a_private_run_is_nobody_elses_to_touch(eve: Program, program: ProgramOf) -> None:
    """Neither by the API nor by the buttons of the console, whatever the role; its numbers are in no list."""
    ada, root = program(Role.VIEWER, name="ada"), program(Role.ADMINISTRATOR, name="root")
    owner = access.owner_of(people.find("ada").pk)
    document = reviews.upload(owner, "cv.json", json.dumps(RESUME).encode())
    run = reviews.begin(owner, document.pk, Wanted(day=date(2026, 11, 21))).run_id
    before = Run.objects.values().get()
    for name, asks in (("eve", eve), ("root", root)):
        browser = Client()
        browser.force_login(people.find(name))
        for word in ("pause", "resume", "stop", "retry", "restore", "approve", "reject"):
            assert asks.ask("POST", f"/runs/{run}/{word}")[0] == 404
            assert browser.post(f"/runs/{run}/{word}").status_code == 404, word
        assert asks.ask("PATCH", f"/runs/{run}", {"priority": 9})[0] == 404
        for part in ("", "/log", "/plan", "/manifest", "/outcomes", "/codes", "/deletions", "/events"):
            assert asks.ask("GET", f"/runs/{run}{part}")[0] == 404
        for part in ("", "live", "course", "outcomes", "deletions", "log", "manifest", "manifest.csv"):
            assert browser.get(f"/runs/{run}/{part}").status_code == 404
        assert browser.get(f"/streams/runs/{run}").status_code == 404
        for kind in ("cv-review", "cv-render", "ingest"):
            assert asks.get(f"/runs?kind={kind}")["items"] == []
        assert f"/runs/{run}/" not in browser.get("/runs/").content.decode() + browser.get("/").content.decode()
    assert before == Run.objects.values().get()
    assert ada.get(f"/runs/{run}")["state"] == before["state"]
