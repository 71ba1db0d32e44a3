"""The API over a ledger: who may, what is refused and how, pages, keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lading.accounts import grants, people, tokens
from lading.accounts.models import Answer, Entry, Token
from lading.accounts.roles import Role
from lading.accounts.tokens import Scope
from lading.base.outcomes import Outcome as Kind
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.ingest.app.permits import Submitter, Via
from lading.ingest.app.run_options import of_run
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, BatchState, Outcome, Run, RunState, outcome_id
from tests.integration.web.conftest import COLLECTION, Program, ProgramOf

pytestmark = pytest.mark.django_db


def definition(source: Path, name: str = "weekly", **more: Any) -> dict[str, Any]:
    return {"source": str(source), "destination": f"{COLLECTION}/{name}", "name": name, **more}


_OPTIONS = Definition(source="/data", destination=COLLECTION).options()


def run_of(job: Job | None = None, state: RunState = RunState.DONE, **more: Any) -> Run:
    told = {"kind": "ingest", "title": "a → b", "created_at": now(), "options": job.options if job else _OPTIONS}
    return Run.objects.create(job_id=job.pk if job else None, state=state, **told | more)


def with_outcomes(run: Run, **numbers: int) -> None:
    """Write outcomes as a batch does."""
    batch = Batch.objects.create(
        run=run, kind="filesystem.transfer", queue="filesystem", state=BatchState.DONE, **numbers
    )
    rows = [(kind, number) for kind in numbers for number in range(numbers[kind])]
    Outcome.objects.bulk_create(
        Outcome(
            id=outcome_id(batch.pk, place),
            run=run,
            subject=f"folder/{kind}-{number:04}",
            outcome=kind,
            code="CHECKSUM_MISMATCH" if kind == Kind.FAILED.value else "",
            at=0,
        )
        for place, (kind, number) in enumerate(rows)
    )


# --- who may ---------------------------------------------------------------------------------------------------------


def test_nobody_is_told_how_to_sign_in() -> None:
    """401 as problem+json, with the code of the catalogue."""
    answer = Client().get("/api/v1/runs")

    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "NOT_SIGNED_IN"


@pytest.mark.parametrize(
    ("role", "method", "path", "status"),
    [
        (Role.VIEWER, "GET", "/runs", 200),
        (Role.VIEWER, "POST", "/runs/1/pause", 403),
        (Role.OPERATOR, "POST", "/runs/1/pause", 404),
        (Role.OPERATOR, "GET", "/audit", 403),
        (Role.OPERATOR, "PUT", "/limits", 403),
        (Role.ADMINISTRATOR, "GET", "/audit", 200),
        (Role.ADMINISTRATOR, "GET", "/accounts", 200),
    ],
)
def test_each_role_may_what_it_is_for(program: ProgramOf, role: Role, method: str, path: str, status: int) -> None:
    """Reading takes a viewer, changing an operator, people and limits an administrator."""
    assert program(role).ask(method, path, {} if method == "PUT" else None)[0] == status


def test_a_token_ends_with_its_revocation_its_person_or_its_time(program: ProgramOf) -> None:
    """Each of them alone; a token never does more than its person may by then."""
    ada = program(Role.OPERATOR)
    assert ada.get("/me")["role"] == "operator"
    people.set_role("ada", Role.VIEWER)
    assert ada.get("/me")["role"] == "viewer"

    Token.objects.update(expires_at=now() - 1)
    assert ada.ask("GET", "/me")[0] == 401
    Token.objects.update(expires_at=None)
    people.set_active("ada", active=False)
    assert ada.ask("GET", "/me")[0] == 401
    people.set_active("ada", active=True)
    tokens.revoke(Token.objects.get().prefix)
    assert ada.ask("GET", "/me")[0] == 401


def test_the_ledger_has_no_secret(program: ProgramOf) -> None:
    """A token is told once; a request that makes one is kept nowhere."""
    ada = program(Role.OPERATOR)
    status, made = ada.ask("POST", "/me/tokens", {"role": "operator", "label": "ci"}, Idempotency_Key="k")

    assert (status, made["role"]) == (201, "operator")
    assert Program(made["secret"], Client()).get("/me")["name"] == "ada"
    stored = str(list(Token.objects.values())) + str(list(Entry.objects.values()))
    assert made["secret"].rpartition("_")[2] not in stored
    assert not Answer.objects.exists()
    assert ada.ask("POST", "/me/tokens", {"role": "administrator"})[0] == 403


def test_a_browser_needs_the_token_of_a_page(person: Any) -> None:
    """The session alone may read; what changes something needs the CSRF token, too."""
    person("ada", Role.OPERATOR)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.find("ada"))

    assert browser.get("/api/v1/runs").status_code == 200
    refused = browser.post("/api/v1/runs/1/pause")
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_PERMITTED")
    page = browser.get("/password/")
    sent = {"X-CSRFToken": str(page.context["csrf_token"])}
    assert browser.post("/api/v1/runs/1/pause", headers=sent).status_code == 404


# --- runs and outcomes -----------------------------------------------------------------------------------------------


def test_runs_are_paged_by_their_numbers(program: ProgramOf) -> None:
    """Newest first, each once, whatever begins meanwhile; states and titles filter."""
    ada = program(Role.VIEWER)
    numbers = [run_of(state=RunState.FAILED if number % 2 else RunState.DONE).pk for number in range(5)]

    first = ada.get("/runs?limit=2")
    run_of()
    second = ada.get(f"/runs?limit=3&cursor={first['next']}")
    assert [item["run"] for item in first["items"] + second["items"]] == numbers[::-1]
    assert (first["schema"], second["next"]) == (1, None)
    assert [item["state"] for item in ada.get("/runs?state=failed")["items"]] == ["failed", "failed"]
    assert ada.ask("GET", "/runs?cursor=nonsense")[1]["code"] == "REQUEST_INVALID"
    assert ada.ask("GET", "/runs?limit=0")[1]["errors"][0]["place"] == "query.limit"


def test_outcomes_are_paged_filtered_and_searched(program: ProgramOf) -> None:
    """By outcome, code and part of the path; each row once."""
    ada, run = program(Role.VIEWER), run_of()
    with_outcomes(run, created=120, failed=3)
    path = f"/runs/{run.pk}/outcomes"

    seen, cursor = [], ""
    while cursor is not None:
        page = ada.get(f"{path}?limit=50&cursor={cursor}")
        seen += [item["path"] for item in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 123
    assert [item["code"] for item in ada.get(f"{path}?outcome=failed")["items"]] == ["CHECKSUM_MISMATCH"] * 3
    assert [item["path"] for item in ada.get(f"{path}?text=created-0007")["items"]] == ["folder/created-0007"]
    assert ada.get(f"{path}?code=NAME_REFUSED")["items"] == []
    assert ada.get(f"/runs/{run.pk}/codes")["items"][0]["count"] == 3
    assert ada.get(f"/runs/{run.pk}")["counts"]["created"] == 120


def test_a_manifest_is_downloaded(program: ProgramOf) -> None:
    """As JSON lines, or as CSV with a head; the signed file of a run that has none is not found."""
    ada, run = program(Role.VIEWER), run_of()
    with_outcomes(run, created=2)

    assert ada.ask("GET", f"/runs/{run.pk}/manifest")[1].count(b'"outcome": "created"') == 2
    assert (
        ada.ask("GET", f"/runs/{run.pk}/manifest?form=csv")[1].splitlines()[0].startswith(b"path,logical_path,outcome")
    )
    assert ada.ask("GET", f"/runs/{run.pk}/manifest?form=signed")[1]["code"] == "NOT_FOUND"


def test_a_run_is_paused_and_the_trail_says_by_whom(program: ProgramOf) -> None:
    """202 with the address of the run; what cannot be done is 409, and in the trail as well."""
    ada, run = program(), run_of(state=RunState.RUNNING)
    answer = ada.answer("POST", f"/runs/{run.pk}/pause")

    assert (answer.status_code, answer.headers["Location"]) == (202, f"/api/v1/runs/{run.pk}")
    assert Run.objects.get().state == RunState.PAUSED
    status, problem = ada.ask("POST", f"/runs/{run.pk}/pause")
    assert (status, problem["code"], problem["remedy"]) == (409, "USAGE", "mend the command")
    trail = list(Entry.objects.order_by("pk").values_list("user", "action", "subject", "result", "address"))
    assert trail == [
        ("ada", "run.pause", f"run {run.pk}", "ok", "127.0.0.1"),
        ("ada", "run.pause", f"run {run.pk}", "USAGE", "127.0.0.1"),
    ]
    assert Entry.objects.first() is not None
    assert ada.ask("PATCH", f"/runs/{run.pk}", {"priority": 7})[1]["priority"] == 7


# --- jobs ------------------------------------------------------------------------------------------------------------


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

    assert ada.ask("POST", "/jobs", definition(allowed / "data"))[1]["code"] == "DESTINATION_NOT_ALLOWED"
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


def test_what_there_is_not_is_a_problem_too(program: ProgramOf) -> None:
    """An address that there is not, and a code that there is not."""
    ada = program(Role.VIEWER)

    assert ada.ask("GET", "/nonsense")[1]["code"] == "NOT_FOUND"
    assert ada.ask("GET", "/codes/NONSENSE")[1]["code"] == "NOT_FOUND"
    assert ada.get("/codes/not-found")["code"] == "NOT_FOUND"
