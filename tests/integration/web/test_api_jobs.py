"""Jobs by the API: what may be stored, run, copied, and by whom; a key carries a request out once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lading.accounts import grants, people, tokens
from lading.accounts.models import Answer
from lading.accounts.roles import Role
from lading.accounts.tokens import Scope
from lading.ingest.app.models import Job
from lading.ingest.app.permits import Submitter, Via
from lading.ingest.app.run_options import of_run
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Run
from tests.integration.web.conftest import COLLECTION, Program, ProgramOf

pytestmark = pytest.mark.django_db


def definition(source: Path, name: str = "weekly", **more: Any) -> dict[str, Any]:
    return {"source": str(source), "destination": f"{COLLECTION}/{name}", "name": name, **more}


def test_a_job_is_made_changed_copied_and_removed(program: ProgramOf, allowed: Path) -> None:
    """Who defined it is known; what is not named stays."""
    ada = program()
    (allowed / "data").mkdir()
    status, job = ada.ask("POST", "/jobs", definition(allowed / "data", touched_limit="30%"))

    assert (status, job["defined_by"], job["definition"]["touched_limit"]) == (201, "ada", 30)
    assert ada.ask("PATCH", "/jobs/weekly", {"definition": {"priority": 5}})[1]["definition"]["touched_limit"] == 30
    assert ada.ask("PATCH", "/jobs/weekly", {"definition": {"colour": "red"}})[1]["code"] == "REQUEST_INVALID"
    copy = {"name": "other/copy", "destination": f"{COLLECTION}/other"}
    answer = ada.answer("POST", "/jobs/weekly/copy", copy)
    assert answer.status_code == 201
    address = answer.headers["Location"].removeprefix("/api/v1")
    assert ada.get(address)["definition"]["priority"] == 5
    assert ada.ask("POST", "/jobs/weekly/pause", {"paused": True})[1]["paused"] is True
    assert ada.ask("DELETE", address)[0] == 204
    assert [item["job"] for item in ada.get("/jobs")["items"]] == ["weekly"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"source": "/etc"}, 403, "SOURCE_NOT_ALLOWED"),
        ({"destination": "/tempZone/home/other"}, 403, "DESTINATION_NOT_ALLOWED"),
        ({"handler": "os:path"}, 403, "HANDLER_NOT_ALLOWED"),
        ({"act_as": [{"user": "rods"}]}, 403, "USER_NOT_ALLOWED"),
        ({"window": "never"}, 422, "REQUEST_INVALID"),
        ({"operation": "explode"}, 422, "REQUEST_INVALID"),
        ({"delete_mode": "trash", "operation": "no-op"}, 422, "REQUEST_INVALID"),
    ],
)
def test_what_may_not_be_touched_is_refused(
    program: ProgramOf, allowed: Path, changes: dict[str, Any], status: int, code: str
) -> None:
    """Before anything is read or written; the trail has it."""
    (allowed / "data").mkdir()
    found, problem = program().ask("POST", "/jobs", definition(allowed / "data") | changes)

    assert (found, problem["code"]) == (status, code), problem
    assert not Job.objects.exists()


def test_a_role_may_touch_less_than_the_settings_allow(program: ProgramOf, allowed: Path) -> None:
    """Each person has a collection of their own; whoever is deleted can lend nothing."""
    ada = program()
    grants.add(Role.OPERATOR, "destination", COLLECTION + "/{user}")
    (allowed / "data").mkdir()

    assert ada.ask("POST", "/jobs", definition(allowed / "data"))[1].get("code") == "DESTINATION_NOT_ALLOWED"
    own = definition(allowed / "data") | {"destination": f"{COLLECTION}/ada/x"}
    assert ada.ask("POST", "/jobs", own)[0] == 201


def test_a_job_of_a_file_is_changed_there(program: ProgramOf, allowed: Path) -> None:
    """By the API it can be run, and no more."""
    (allowed / "data").mkdir()
    ada = program()
    ada.ask("POST", "/jobs", definition(allowed / "data"))
    Job.objects.update(origin="/etc/lading/weekly.toml")

    for method, path, body in (
        ("PATCH", "/jobs/weekly", {"definition": {}}),
        ("DELETE", "/jobs/weekly", None),
        ("POST", "/jobs", definition(allowed / "data")),
    ):
        status, problem = ada.ask(method, path, body)
        assert (status, "comes from the file" in problem["detail"]) == (409, True)
    assert ada.ask("POST", "/jobs/weekly/run")[0] == 202


def test_a_key_carries_a_request_out_once(program: ProgramOf, allowed: Path) -> None:
    """The same request gets the same answer; another one may not use the key; nobody else's key is meant."""
    (allowed / "data").mkdir()
    ada = program()
    ada.ask("POST", "/jobs", definition(allowed / "data"))
    first = ada.answer("POST", "/jobs/weekly/run", Idempotency_Key="monday")
    again = ada.answer("POST", "/jobs/weekly/run", Idempotency_Key="monday")

    assert (first.status_code, first.content, first.headers["Location"]) == (
        again.status_code,
        again.content,
        again.headers["Location"],
    )
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Run.objects.count() == 1
    assert ada.ask("POST", "/jobs/weekly/run", {"recheck": True}, Idempotency_Key="monday")[0] == 422
    assert ada.ask("POST", "/jobs/weekly/run", Idempotency_Key="tuesday")[1]["code"] == "USAGE"
    Answer.objects.update(status=0)
    assert ada.ask("POST", "/jobs/weekly/run", Idempotency_Key="monday")[0] == 409
    Answer.objects.update(made_at=now() - 86_401)
    run_id = Run.objects.get().pk
    ada.ask("POST", f"/runs/{run_id}/stop")
    assert ada.ask("POST", "/jobs/weekly/run", Idempotency_Key="monday")[0] == 202
    assert of_run(Run.objects.latest("pk").options).submitter == Submitter(via=Via.REMOTE, user="ada")


def test_a_token_for_some_jobs_sees_no_others(program: ProgramOf, allowed: Path) -> None:
    """Neither them nor their runs; it makes none beside them, and no token that sees more."""
    (allowed / "data").mkdir()
    grace = program(name="grace")
    for name in ("lab-a", "other"):
        assert grace.ask("POST", "/jobs", definition(allowed / "data", name))[0] == 201
        assert grace.ask("POST", f"/jobs/{name}/run")[0] == 202
    secret = tokens.make(people.find("grace"), Scope(role=Role.OPERATOR, jobs=["lab-*"]))[1]
    bound = Program(secret, Client())

    assert [item["job"] for item in bound.get("/jobs")["items"]] == ["lab-a"]
    assert [item["job"] for item in bound.get("/runs")["items"]] == ["lab-a"]
    hidden = Run.objects.get(job_id=Job.objects.get(name="other").pk).pk
    assert bound.ask("GET", f"/runs/{hidden}")[0] == 404
    assert bound.ask("POST", f"/runs/{hidden}/stop")[0] == 404
    assert bound.ask("POST", "/jobs/other/run")[0] == 404
    assert bound.ask("POST", "/jobs", definition(allowed / "data", "third"))[1]["code"] == "NOT_PERMITTED"
    assert bound.ask("POST", "/me/tokens", {"jobs": ["*"]})[0] == 403
    assert bound.ask("POST", "/me/tokens", {})[1]["jobs"] == ["lab-*"]


def test_limits_are_set_by_an_administrator(program: ProgramOf, allowed: Path) -> None:
    """Of a zone that there is; null takes a limit off."""
    (allowed / "data").mkdir()
    root = program(Role.ADMINISTRATOR)
    root.ask("POST", "/jobs", definition(allowed / "data"))
    zone = root.get("/limits")["items"][0]["zone"]

    assert root.ask("PUT", "/limits", {"zone": zone, "requests_per_second": 9})[1]["requests_per_second"] == 9
    assert root.ask("PUT", "/limits", {"zone": zone, "connections": 3})[1]["requests_per_second"] == 9
    assert root.ask("PUT", "/limits", {"zone": zone, "requests_per_second": None})[1]["requests_per_second"] is None
    assert root.ask("PUT", "/limits", {"zone": "nowhere", "connections": 3})[0] == 404
